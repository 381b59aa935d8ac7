import { basename, join, parse } from 'node:path';
import sharp from 'sharp';
import { type LongWork, stopIfAborted } from '../base';
import { type Evaluation, mapFraming, type SizedConfiguration } from '../detector';
import { clipName, decodeImage, writeFileAtomically, writePng } from '../files';
import { type Plane, type SkippedSample, toBytes } from '../images';
import { drawOutline, predictionOverlay, tile, truthColour } from '../plots';

/** An anomaly map as a grey PNG, black to white over the range. */
export function greyPng({ width, height, data }: Plane, range: readonly [number, number]): Promise<Buffer> {
  return sharp(toBytes(data, range), { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer();
}

/** The target of {@link writeMapsAndOverlays}, and its parameters. */
export interface OverlayOptions extends LongWork {
  folder: string;
  configuration: SizedConfiguration;
  /** Map values that grey and heat colours span. */
  range: readonly [number, number];
  /** Told of an image that cannot be decoded any more; it then has no overlay. */
  onSkip: (skipped: SkippedSample) => void;
}

/**
 * Writes a PNG of every anomaly map (`maps/`, grey over the range) and of every overlay (`overlays/`: the image, the image with its
 * ground truth in red, and the heat map with the ground truth in red and the prediction in orange).
 *
 * @throws Error naming the path when one cannot be written
 */
export async function writeMapsAndOverlays(evaluation: Evaluation, options: OverlayOptions): Promise<void> {
  const { folder, configuration, range, onProgress, signal, onSkip } = options;
  const skip = (path: string) => (error: Error) => onSkip({ path, reason: error.message });
  const { name: category, samples, masks, maps, thresholds } = evaluation;
  const names = outputNames(evaluation);
  for (const [index, { path }] of samples.entries()) {
    stopIfAborted(signal);
    const name = join(category, `${names[index]}.png`);
    await writeFileAtomically(join(folder, 'maps', name), await greyPng(maps[index], range));
    const image = await decodeImage(path, mapFraming(configuration), configuration).catch(skip(path));
    onProgress?.({ stage: 'overlays', done: index + 1, total: samples.length });
    if (!image) continue;
    const mask = masks[index];
    const truth = mask ? drawOutline(image, mask, truthColour) : image;
    const heat = predictionOverlay(image, maps[index], { range, threshold: thresholds.pixel });
    await writePng(
      join(folder, 'overlays', name),
      tile([image, truth, mask ? drawOutline(heat, mask, truthColour) : heat]),
    );
  }
}

/** `DEFECT/STEM` per test image; with the extension where the stem is taken. */
function outputNames({ samples }: Evaluation): string[] {
  const taken = new Set<string>();
  return samples.map(({ path, defect }) => {
    const named = (name: string) => join(clipName(defect), clipName(name, '.png'.length));
    const stem = named(parse(path).name);
    const name = taken.has(stem) ? named(basename(path)) : stem;
    taken.add(name);
    return name;
  });
}
