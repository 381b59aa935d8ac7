import { Command } from 'commander';
import { writeSyntheticSet } from '../files';
import { number } from './number';
import { showProgress } from './progress';

/** `spanlab synthesize`. */
export function synthesizeCommand(signal: AbortSignal): Command {
  return new Command('synthesize')
    .description(
      "write a synthetic industrial set in MVTec AD's layout: 3 textures, 2 objects, 5 kinds of defect, exact masks",
    )
    .requiredOption('--out <dir>', 'folder for the set')
    .option('--size <pixels>', 'side of the images', number, 128)
    .option('--train <count>', 'nominal training images per category', number, 16)
    .option('--test-nominal <count>', 'nominal test images per category', number, 5)
    .option('--per-defect <count>', 'test images per category and kind of defect', number, 2)
    .option('--seed <integer>', 'the same seed gives the same set', number, 0)
    .action(async ({ out, ...options }) => {
      const { onProgress, end } = showProgress();
      const files = await writeSyntheticSet(out, { ...options, onProgress, signal }).finally(end);
      console.log(`${files} files in ${out}`);
    });
}
