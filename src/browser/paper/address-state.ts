import { type Chapter, chapters } from './chapters';
import type { Values } from './protocol';

/** The values of every chapter's controls that an address holds after `#`, as in `#point?height=0.2`; others are the defaults. */
export function valuesIn(hash: string): { chapter?: string; values: Record<string, Values> } {
  const [chapter, query = ''] = hash.replace(/^#/, '').split('?');
  const given = new URLSearchParams(query);
  const values = chapters.map(
    (one) => [one.id, valuesOf(one, one.id === chapter ? given : undefined)] as const,
  );
  const isKnown = chapters.some(({ id }) => id === chapter);
  return { chapter: isKnown ? chapter : undefined, values: Object.fromEntries(values) };
}

/** The part of an address after `#` that opens a chapter with these values; those that are the defaults are left out. */
export function hashOf({ id, controls }: Chapter, values: Values): string {
  const changed = controls.filter(({ name, value }) => values[name] !== value);
  const query = new URLSearchParams(changed.map(({ name }) => [name, String(values[name])]));
  return changed.length > 0 ? `#${id}?${query}` : `#${id}`;
}

function valuesOf({ controls }: Chapter, given?: URLSearchParams): Values {
  return Object.fromEntries(
    controls.map((control) => {
      const text = given?.get(control.name);
      if (text === null || text === undefined) return [control.name, control.value];
      if ('options' in control) return [control.name, control.options.includes(text) ? text : control.value];
      const number = Number(text);
      const isInRange = text !== '' && number >= control.min && number <= control.max;
      return [control.name, isInRange ? number : control.value];
    }),
  );
}
