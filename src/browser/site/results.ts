import type { Messages } from '../../workbench/messages';
import { make } from '../make';
import { download } from './download';

/** Buttons that give the scores as a table and the shown image's pictures as files. */
export function addResults(place: HTMLElement, bench: HTMLElement) {
  let setup: Messages['setup'] | undefined;
  let set: Messages['set'] | undefined;
  const button = (textContent: string, act: () => void) => {
    const made = make('button', { type: 'button', textContent });
    made.addEventListener('click', act);
    return made;
  };
  const bar = make('div', { className: 'buttons', hidden: true });
  bar.append(
    button('Scores as CSV', () => {
      if (setup && set) download('scores.csv', new Blob([csvOf(setup, set)], { type: 'text/csv' }));
    }),
    button('This map as PNG', () => {
      const figures = Array.from(bench.querySelectorAll('.sl-pictures figure'));
      const map = figures.find((figure) => figure.textContent === 'anomaly map');
      map?.querySelector('canvas')?.toBlob((picture) => picture && download('anomaly-map.png', picture));
    }),
  );
  place.append(bar);
  return {
    take(kind: keyof Messages, message: Messages[keyof Messages]) {
      if (kind === 'setup') setup = message as Messages['setup'];
      if (kind === 'set') set = message as Messages['set'];
      bar.hidden = !set;
    },
    clear() {
      setup = set = undefined;
      bar.hidden = true;
    },
  };
}

/** A line per image: its name, score, decision, and why it was skipped; most anomalous first. */
function csvOf({ samples }: Messages['setup'], { scores, skipped, thresholds }: Messages['set']): string {
  const order = samples.map((_, index) => index);
  order.sort((a, b) => (scores[b] ?? -Infinity) - (scores[a] ?? -Infinity));
  const lines = order.map((index) => {
    const score = scores[index];
    const decision = score === null ? '' : score >= thresholds.image ? 'anomalous' : 'nominal';
    return csvLine([samples[index].name, score ?? '', decision, skipped[index] ?? '']);
  });
  return ['image,score,decision,skipped', ...lines, ''].join('\r\n');
}

/** A line of a csv. */
export function csvLine(cells: readonly (string | number)[]): string {
  return cells.map(cell).join(',');
}

/** A cell of a table; one that a spreadsheet would take for a formula begins with an apostrophe. */
function cell(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
