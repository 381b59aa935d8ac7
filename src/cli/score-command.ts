import { createHash } from 'node:crypto';
import { join, parse } from 'node:path';
import { Command, Option } from 'commander';
import { type Detector, loadDetector, type ScoredImage } from '../detector';
import { type EngineName, engineNames } from '../features';
import { decodeImage, writePng } from '../files';
import { predictionOverlay, tile } from '../plots';
import { mapFraming } from '../run';
import { listInputs } from './list-inputs';
import { showProgress } from './progress';

interface ScoreFlags {
  bank: string;
  weights?: string;
  engine?: EngineName;
  out?: string;
}

/** `spanlab score`. */
export function scoreCommand(signal: AbortSignal): Command {
  return new Command('score')
    .description('score images by a memory bank: a JSON line each on standard output, and overlays')
    .argument('<images...>', 'image files, folders, globs, or - for a list on standard input')
    .requiredOption('--bank <file>', 'memory bank that `spanlab run --bank` wrote')
    .option('--weights <file>', 'safetensors file of the backbone that the bank was fitted with')
    .addOption(new Option('--engine <name>', 'what runs the backbone').choices(engineNames))
    .option('--out <dir>', 'folder for overlays')
    .action((images: string[], flags: ScoreFlags) => score(images, flags, signal));
}

async function score(names: string[], flags: ScoreFlags, signal: AbortSignal): Promise<void> {
  const detector = await loadDetector(flags.bank, { weights: flags.weights, engine: flags.engine });
  const paths = await listInputs(names, process.stdin);
  const { onProgress, end } = showProgress();
  let broken = 0;
  const onSkip = ({ path, reason }: { path: string; reason: string }) => {
    broken++;
    console.log(JSON.stringify({ path, error: reason }));
    console.error(reason);
  };
  try {
    for await (const result of detector.score(paths, { onSkip, onProgress, signal })) {
      const { path, score: value, isAnomalous, anomalousFraction } = result;
      const overlay = flags.out && (await writeOverlay(flags.out, result, detector));
      console.log(JSON.stringify({ path, score: value, anomalous: isAnomalous, anomalousFraction, overlay }));
    }
  } finally {
    end();
    await detector.dispose();
  }
  if (broken > 0) throw new Error(`${broken} of ${paths.length} images could not be scored`);
}

/** The image beside its heat map with the prediction outlined. Files of one name in several folders get names of their own. */
async function writeOverlay(folder: string, { path, map }: ScoredImage, detector: Detector): Promise<string> {
  const { configuration, thresholds, heatRange } = detector;
  const image = await decodeImage(path, mapFraming(configuration));
  const look = { range: heatRange, threshold: thresholds.pixel };
  const tag = createHash('sha256').update(path).digest('hex').slice(0, 8);
  const file = join(folder, `${parse(path).name}-${tag}.png`);
  await writePng(file, tile([image, predictionOverlay(image, map, look)]));
  return file;
}
