import { Command } from 'commander';
import { workOnQueue } from '../run';
import { number } from './number';

/** `spanlab worker`. */
export function workerCommand(signal: AbortSignal): Command {
  return new Command('worker')
    .description('work on the points of sweeps that were started with --queue, until interrupted')
    .requiredOption('--queue <url>', 'Redis of the sweeps, redis://host:port')
    .option('--silence <seconds>', 'after so long without a word a worker is taken for dead', number, 15)
    .action(async ({ queue, silence }: { queue: string; silence: number }) => {
      await workOnQueue(queue, silence, signal, (id, outcome) => console.error(`${id}: ${outcome}`));
    });
}
