import { Command } from 'commander';
import { cacheFolder, clearFeatureStore } from '../files';

/** `spanlab cache`. */
export function cacheCommand(): Command {
  return new Command('cache')
    .description('print the folder of the features that notebooks cache, or remove them')
    .option('--clear', 'remove them')
    .action(async ({ clear }) => {
      if (!clear) return console.log(cacheFolder());
      console.log(`removed ${((await clearFeatureStore()) / 1e6).toFixed(1)} MB of cached features`);
    });
}
