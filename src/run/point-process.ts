import '../platform';
import { parsePoint } from './point-schema';
import { runPoint } from './run-point';
import type { RunRecord } from './run-record';

/** The answer of a process that runs points. */
export type PointAnswer = { record: RunRecord } | { error: string };

/** A process that runs the points which its parent sends, one at a time, and ends with its parent. */
process.on('message', (given) => {
  runPoint(parsePoint(given)).then(
    (record) => answer({ record }),
    (error: Error) => answer({ error: error.message }),
  );
});
process.on('disconnect', () => process.exit());
// The parent decides when a point is stopped.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined);

function answer(told: PointAnswer): void {
  process.send!(told);
}
