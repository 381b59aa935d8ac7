#!/usr/bin/env node
import { Command } from 'commander';
import { packageVersion } from '../files';
import '../platform';
import { cacheCommand } from './cache-command';
import { compareCommand } from './compare-command';
import { endOnSignals } from './end-on-signals';
import { exportCommand } from './export-command';
import { extendCommand } from './extend-command';
import { fetchCommand } from './fetch-command';
import { installCommand } from './install-command';
import { labCommand } from './lab-command';
import { runCommand } from './run-command';
import { scoreCommand } from './score-command';
import { siteCommand } from './site-command';
import { sweepCommand } from './sweep-command';
import { synthesizeCommand } from './synthesize-command';
import { tuneCommand } from './tune-command';
import { workerCommand } from './worker-command';

const interruption = endOnSignals();
// A reader that has seen enough, such as head, closes the pipe.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

new Command('spanlab')
  .description('subspace-guided feature reconstruction for unsupervised anomaly localization')
  .version(packageVersion)
  .addCommand(runCommand(interruption))
  .addCommand(scoreCommand(interruption))
  .addCommand(extendCommand(interruption))
  .addCommand(exportCommand())
  .addCommand(siteCommand(interruption))
  .addCommand(tuneCommand(interruption))
  .addCommand(sweepCommand(interruption))
  .addCommand(workerCommand(interruption))
  .addCommand(compareCommand())
  .addCommand(cacheCommand())
  .addCommand(fetchCommand(interruption))
  .addCommand(synthesizeCommand(interruption))
  .addCommand(installCommand())
  .addCommand(labCommand(interruption))
  .parseAsync()
  .catch((error: Error) => {
    console.error(`spanlab: ${error.message}`);
    process.exitCode = interruption.aborted ? 130 : 1;
  });
