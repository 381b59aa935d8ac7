import { inspect } from 'node:util';
import { valueWords } from './value-words';

/** Levels of an object that are looked into, and entries of an array: what Node.js prints, and no more. */
const [levels, entries] = [3, 100];

/**
 * An object as Node.js prints it, with the words of {@link valueWords} where it holds matrices, codes or pictures, in objects, arrays and
 * maps; undefined where it holds none.
 */
export function nestedWords(value: object): string | undefined {
  const found = { any: false };
  const copy = withWords(value, levels, found);
  return found.any ? inspect(copy) : undefined;
}

function withWords(value: unknown, depth: number, found: { any: boolean }): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const words = valueWords(value);
  if (words !== undefined) {
    found.any = true;
    return { [inspect.custom]: () => words };
  }
  if (depth === 0) return value;
  const inner = (one: unknown) => withWords(one, depth - 1, found);
  if (Array.isArray(value)) return value.map((one: unknown, at) => (at < entries ? inner(one) : one));
  if (value instanceof Map) return new Map([...value].map(([key, one]) => [key, inner(one)]));
  if (![Object.prototype, null].includes(Object.getPrototypeOf(value))) return value;
  const properties = Object.entries(Object.getOwnPropertyDescriptors(value)).map(
    ([name, property]) =>
      [name, 'value' in property ? { ...property, value: inner(property.value) } : property] as const,
  );
  return Object.defineProperties({}, Object.fromEntries(properties));
}
