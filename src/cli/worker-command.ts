import { Command } from 'commander';
import { type QueueWorkOptions, workOnQueue } from '../run';
import { number } from './number';

type WorkerFlags = { queue: string } & Omit<QueueWorkOptions, 'signal' | 'onPoint'>;

/** `spanlab worker`. */
export function workerCommand(signal: AbortSignal): Command {
  return new Command('worker')
    .description(
      'work on sweeps that were started with --queue, and runs and scoring with --redis, until interrupted',
    )
    .requiredOption(
      '--queue <url>',
      'Redis of the sweeps and runs, redis://host:port, or rediss://host:port with TLS',
    )
    .option('--silence <seconds>', 'time after which a silent worker counts as dead', number, 15)
    .option('--time-limit <seconds>', 'time after which a point is stopped and fails', number, 14_400)
    .option('--root <dir>', 'points may read data and weights in this folder', '.')
    .option('--out <dir>', 'points may write results in this folder', '.')
    .action(({ queue, ...options }: WorkerFlags) =>
      workOnQueue(queue, {
        ...options,
        signal,
        onPoint: (id, outcome) => console.error(`${id}: ${outcome}`),
      }),
    );
}
