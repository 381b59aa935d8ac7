import { inspect } from 'node:util';
import type { Outcome } from './channel';

/** Names a place of a compiled cell in words; null where it has no line, as the call of the whole cell. */
type PlaceOf = (cell: string, row: number, column: number) => string | null;

/** Frames of what runs a cell: nothing behind them is of interest to its writer. */
const runsCells = /node:vm|tslab[/\\]dist|dist[/\\]kernel|node:internal/;

/** A thrown value, with a trace that names the lines of cells and ends where the kernel begins. */
export function describeError(error: unknown, placeOf: PlaceOf): Outcome & { status: 'error' } {
  if (!(error instanceof Error)) {
    const evalue = inspect(error);
    return { status: 'error', ename: 'Thrown', evalue, traceback: [`Thrown: ${evalue}`] };
  }
  const [ename, evalue] = [error.name || 'Error', error.message];
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const traceback = [`${ename}: ${evalue}`];
  for (const frame of frames) {
    const inCell = /(cell\d+\.ts):(\d+):(\d+)/.exec(frame);
    if (!inCell) {
      if (runsCells.test(frame)) break;
      traceback.push(frame);
      continue;
    }
    const [written, cell, row, column] = inCell;
    const place = placeOf(cell, Number(row), Number(column));
    if (place !== null) traceback.push(frame.replace('at Proxy.', 'at ').replace(written, place));
  }
  return { status: 'error', ename, evalue, traceback };
}
