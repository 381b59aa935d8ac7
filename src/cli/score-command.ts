import { createHash } from 'node:crypto';
import { join, parse } from 'node:path';
import { Command, Option } from 'commander';
import { type Detector, driftNotice, loadDetector, mapFraming, type ScoredImage } from '../detector';
import { type EngineName, engineNames } from '../features';
import { explainScored, explanationHtml } from '../explanation';
import { clipName, decodeImage, writeFileAtomically, writePng } from '../files';
import { predictionOverlay, tile } from '../plots';
import { escapeHtml } from '../base';
import { listInputs } from './list-inputs';
import { showProgress } from './progress';
import { tellMissingEngine } from './tell-missing-engine';

interface ScoreFlags {
  bank: string;
  weights?: string;
  engine?: EngineName;
  out?: string;
  explain?: boolean;
}

/** `spanlab score`. */
export function scoreCommand(signal: AbortSignal): Command {
  return new Command('score')
    .description('score images with a memory bank: prints a JSON line for each, and writes overlays')
    .argument('<images...>', 'image files, folders, globs, or - for a list on standard input')
    .requiredOption('--bank <file>', 'memory bank that `spanlab run --bank` wrote')
    .option('--weights <file>', 'safetensors file of the backbone that the bank was fitted with')
    .addOption(new Option('--engine <name>', 'what runs the backbone').choices(engineNames))
    .option('--out <dir>', 'folder for overlays')
    .option(
      '--explain',
      "with --out: a page for each image that shows the exemplars that reconstruct its map's peak",
    )
    .action((images: string[], flags: ScoreFlags) => score(images, flags, signal));
}

async function score(names: string[], flags: ScoreFlags, signal: AbortSignal): Promise<void> {
  if (flags.explain && !flags.out)
    throw new RangeError('--explain is given without --out, the folder for its pages');
  const detector = await loadDetector(flags.bank, { weights: flags.weights, engine: flags.engine });
  await tellMissingEngine(flags.engine);
  const { paths, leftOut } = await listInputs(names, process.stdin, flags.out);
  for (const reason of leftOut) console.error(reason);
  const { onProgress, end } = showProgress();
  let broken = 0;
  const scores: number[] = [];
  const onSkip = ({ path, reason }: { path: string; reason: string }) => {
    broken++;
    console.log(JSON.stringify({ path, error: reason }));
    console.error(reason);
  };
  try {
    for await (const result of detector.score(paths, { onSkip, onProgress, signal })) {
      const { path, score: value, isAnomalous, anomalousFraction } = result;
      scores.push(value);
      const overlay = flags.out && (await writeOverlay(flags.out, result, detector));
      const explanation = flags.explain && (await writeExplanation(flags.out!, result, detector));
      const line = { path, score: value, anomalous: isAnomalous, anomalousFraction, overlay, explanation };
      console.log(JSON.stringify(line));
    }
  } finally {
    end();
    await detector.dispose();
  }
  const drift = driftNotice(detector.nominalScores, { scores, areGood: false });
  if (drift) console.error(drift);
  if (broken > 0) throw new Error(`${broken} of ${paths.length} images could not be scored`);
}

/** The image beside its heat map with the prediction outlined. */
async function writeOverlay(folder: string, { path, map }: ScoredImage, detector: Detector): Promise<string> {
  const { configuration, thresholds, heatRange } = detector;
  const image = await decodeImage(path, mapFraming(configuration));
  const look = { range: heatRange, threshold: thresholds.pixel };
  const file = join(folder, `${ownName(path)}.png`);
  await writePng(file, tile([image, predictionOverlay(image, map, look)]));
  return file;
}

/** A page that explains the peak of the map, by every granularity. */
async function writeExplanation(folder: string, scored: ScoredImage, detector: Detector): Promise<string> {
  const parts: string[] = [];
  for (const granularity of detector.configuration.granularities)
    parts.push(explanationHtml(await explainScored(detector, scored, { granularity })));
  const title = escapeHtml(scored.path);
  const file = join(folder, `${ownName(scored.path)}.html`);
  const head = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"><title>${title}</title></head>`;
  await writeFileAtomically(file, `${head}<body><h1>${title}</h1>${parts.join('')}</body></html>\n`);
  return file;
}

/** Files with the same name in several folders get different names. */
function ownName(path: string): string {
  const tag = createHash('sha256').update(path).digest('hex').slice(0, 8);
  return clipName(`${parse(path).name}-${tag}`, '.html'.length);
}
