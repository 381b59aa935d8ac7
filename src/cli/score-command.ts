import { Command, Option } from 'commander';
import { describeNotices, type Detector, driftNotice, loadDetector, type ScoreOptions } from '../detector';
import { type EngineName, engineNames } from '../features';
import { assertWritableFolder } from '../files';
import type { SampleNotice } from '../images';
import { listInputs } from './list-inputs';
import { type LongWork, runStage } from '../base';
import { profileHelp, profileTo } from './profile-to';
import { onChange } from './on-change';
import { type ScoreLine, scoreOnQueue } from '../run';
import { showProgress } from './progress';
import { tellMissingEngine } from './tell-missing-engine';
import { writeExplanation, writeScoredImage } from './write-scored-image';

interface ScoreFlags {
  bank: string;
  weights?: string;
  engine?: EngineName;
  out?: string;
  explain?: boolean;
  redis?: string;
  profile?: string;
}

/** `spanlab score`. */
export function scoreCommand(signal: AbortSignal): Command {
  return new Command('score')
    .description(
      'score images with a memory bank: prints a JSON line for each, and writes maps, masks and regions',
    )
    .argument('<images...>', 'image files, folders, globs, or - for a list on standard input')
    .requiredOption('--bank <file>', 'memory bank that `spanlab run --bank` wrote')
    .option('--weights <file>', 'safetensors file of the backbone that the bank was fitted with')
    .addOption(new Option('--engine <name>', 'what runs the backbone').choices(engineNames))
    .option('--out <dir>', 'folder for anomaly maps, masks, regions and overlays')
    .option(
      '--explain',
      "with --out: a page for each image that shows the exemplars that reconstruct its map's peak",
    )
    .option(
      '--redis <url>',
      'let the workers of a Redis server score the images, without pictures, redis://host:port or rediss://host:port (spanlab worker)',
    )
    .option('--profile <file>', profileHelp)
    .action((images: string[], flags: ScoreFlags) =>
      profileTo(flags.profile, (inStage) => score(images, flags, { signal, inStage })),
    );
}

async function score(names: string[], flags: ScoreFlags, { signal, inStage }: LongWork): Promise<void> {
  if (flags.explain && !flags.out)
    throw new RangeError('--explain is given without --out, the folder for its pages');
  if (flags.redis && flags.out)
    throw new RangeError('--redis is given with --out; workers write no pictures: leave one of them out');
  if (flags.out) await assertWritableFolder(flags.out);
  const { paths, leftOut } = await listInputs(names, process.stdin, flags.out);
  const load = () => loadDetector(flags.bank, { weights: flags.weights, engine: flags.engine });
  const detector = await runStage({ inStage }, { stage: 'bank' }, load);
  await tellMissingEngine(flags.engine);
  const { onProgress, end } = showProgress();
  let broken = 0;
  const scores: number[] = [];
  const onSkip = ({ path, reason }: { path: string; reason: string }) => {
    broken++;
    console.log(JSON.stringify({ path, error: reason }));
    console.error(reason);
  };
  const told: SampleNotice[] = [];
  const onNotice = (notice: SampleNotice) => void told.push(notice);
  try {
    const options = { onSkip, onNotice, onProgress, signal, inStage };
    const onWait = onChange((reason?: string) => reason && console.error(reason));
    const lines = flags.redis
      ? scoreOnQueue(flags.redis, flags, paths, { ...options, onWait })
      : scoreHere(detector, paths, flags, options);
    for await (const line of lines) {
      scores.push(line.score);
      console.log(JSON.stringify(line));
    }
  } finally {
    end();
    for (const notice of describeNotices(told)) console.error(notice);
    await detector.dispose();
    for (const reason of leftOut) console.error(reason);
  }
  const drift = driftNotice(detector.nominalScores, { scores, areGood: false });
  if (drift) console.error(drift);
  if (broken > 0) throw new Error(`${broken} of ${paths.length} images could not be scored`);
}

/** Scores images in this process, and writes their pictures. */
async function* scoreHere(
  detector: Detector,
  paths: readonly string[],
  { out, explain }: ScoreFlags,
  options: ScoreOptions,
): AsyncGenerator<ScoreLine> {
  for await (const result of detector.score(paths, options)) {
    const { path, score, isAnomalous: anomalous, anomalousFraction } = result;
    const { files, explanation } = await runStage(options, { stage: 'pictures' }, async () => ({
      files: out ? await writeScoredImage(out, result, detector) : {},
      explanation: explain && (await writeExplanation(out!, result, detector)),
    }));
    yield { path, score, anomalous, anomalousFraction, ...files, ...(explanation && { explanation }) };
  }
}
