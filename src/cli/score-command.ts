import { createHash } from 'node:crypto';
import { join, parse } from 'node:path';
import { Command, Option } from 'commander';
import { type EngineName, engineNames, loadBackbone } from '../features';
import { decodeImage, writePng } from '../images';
import { predictionOverlay, sideBySide } from '../plots';
import { type ImageScore, loadBank, type MemoryBank, mapFraming, scoreImages } from '../run';
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
  const bank = await loadBank(flags.bank);
  const network = await loadBackbone(bank.configuration.backbone, flags.weights);
  const paths = await listInputs(names, process.stdin);
  const { onProgress, end } = showProgress();
  let broken = 0;
  const onSkip = ({ path, reason }: { path: string; reason: string }) => {
    broken++;
    console.log(JSON.stringify({ path, error: reason }));
    console.error(reason);
  };
  const work = { engine: flags.engine, onSkip, onProgress, signal };
  try {
    for await (const result of scoreImages(bank, network, paths, work)) {
      const { path, score: value, anomalous, anomalousShare } = result;
      const overlay = flags.out && (await writeOverlay(flags.out, result, bank));
      console.log(JSON.stringify({ path, score: value, anomalous, anomalousShare, overlay }));
    }
  } finally {
    end();
  }
  if (broken > 0) throw new Error(`${broken} of ${paths.length} images could not be scored`);
}

/** The image beside its heat map with the prediction outlined. Files of one name in several folders get names of their own. */
async function writeOverlay(folder: string, { path, map }: ImageScore, bank: MemoryBank): Promise<string> {
  const image = await decodeImage(path, mapFraming(bank.configuration));
  const heat = predictionOverlay(image, map, bank.heatRange, bank.thresholds.pixel);
  const tag = createHash('sha256').update(path).digest('hex').slice(0, 8);
  const file = join(folder, `${parse(path).name}-${tag}.png`);
  await writePng(file, sideBySide([image, heat]));
  return file;
}
