import { Command, Option } from 'commander';
import { extendDetector, loadDetector } from '../detector';
import { type EngineName, engineNames } from '../features';
import { listInputs } from './list-inputs';
import { showProgress } from './progress';
import { tellMissingEngine } from './tell-missing-engine';

interface ExtendFlags {
  out: string;
  weights?: string;
  engine?: EngineName;
}

/** `spanlab extend`. */
export function extendCommand(signal: AbortSignal): Command {
  return new Command('extend')
    .description('add nominal images to a memory bank, without the images that it was fitted on')
    .argument('<bank>', 'memory bank that `spanlab run --bank` or `spanlab extend` wrote')
    .argument('<images...>', 'new nominal images: files, folders, globs, or - for a list on standard input')
    .requiredOption('--out <file>', 'memory bank to write')
    .option('--weights <file>', 'safetensors file of the backbone that the bank was fitted with')
    .addOption(new Option('--engine <name>', 'what runs the backbone').choices(engineNames))
    .action((bank: string, images: string[], flags: ExtendFlags) => extend(bank, images, flags, signal));
}

async function extend(
  bank: string,
  names: string[],
  { out, weights, engine }: ExtendFlags,
  signal: AbortSignal,
): Promise<void> {
  const { paths, leftOut } = await listInputs(names, process.stdin);
  const detector = await loadDetector(bank, { weights, engine });
  try {
    await tellMissingEngine(engine);
    const { onProgress, end } = showProgress();
    const extended = await extendDetector(detector, paths, { onProgress, signal }).finally(end);
    await extended.save(out);
    const { notices, skipped } = extended.fit!;
    for (const notice of notices) console.error(notice);
    for (const { reason } of skipped) console.error(`skipped: ${reason}`);
    for (const reason of leftOut) console.error(reason);
    const added = extended.training.length - detector.training.length;
    console.log(`${added} nominal images added to ${detector.training.length}`);
    for (const { granularity, origins } of extended.reconstructors)
      if (origins.length > 0) {
        const fresh = origins.filter(({ image }) => image >= detector.training.length).length;
        console.log(`${granularity}: ${origins.length} exemplars, ${fresh} of them from new images`);
      }
    for (const kind of ['image', 'pixel'] as const)
      console.log(
        `${kind} threshold: ${extended.thresholds[kind].toPrecision(4)}, was ${detector.thresholds[kind].toPrecision(4)}`,
      );
    console.log(out);
  } finally {
    await detector.dispose();
  }
}
