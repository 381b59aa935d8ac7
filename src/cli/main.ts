#!/usr/bin/env node
import { Command } from 'commander';
import { packageVersion } from '../files';
import '../platform';
import { cacheCommand } from './cache-command';
import { compareCommand } from './compare-command';
import { fetchCommand } from './fetch-command';
import { installCommand } from './install-command';
import { labCommand } from './lab-command';
import { runCommand } from './run-command';
import { scoreCommand } from './score-command';
import { siteCommand } from './site-command';
import { sweepCommand } from './sweep-command';
import { synthesizeCommand } from './synthesize-command';
import { workerCommand } from './worker-command';

const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(name, () => interruption.abort(new Error('interrupted; what is finished is kept')));
// A reader that has seen enough, such as head, closes the pipe.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

new Command('spanlab')
  .description('subspace-guided feature reconstruction for unsupervised anomaly localization')
  .version(packageVersion)
  .addCommand(runCommand(interruption.signal))
  .addCommand(scoreCommand(interruption.signal))
  .addCommand(siteCommand(interruption.signal))
  .addCommand(sweepCommand(interruption.signal))
  .addCommand(workerCommand(interruption.signal))
  .addCommand(compareCommand())
  .addCommand(cacheCommand())
  .addCommand(fetchCommand(interruption.signal))
  .addCommand(synthesizeCommand(interruption.signal))
  .addCommand(installCommand())
  .addCommand(labCommand(interruption.signal))
  .parseAsync()
  .catch((error: Error) => {
    console.error(`spanlab: ${error.message}`);
    process.exitCode = interruption.signal.aborted ? 130 : 1;
  });
