import { basename, join, parse } from 'node:path';
import sharp from 'sharp';
import { decodeImage, type Framing, type LongWork, writeFileAtomically, writePng } from '../images';
import { drawOutline, predictionOverlay, sideBySide, truthColour } from '../plots';
import type { Configuration } from './configuration';
import type { CategoryResult } from './experiment';

/** The range of map values that heat colours span: from the median to the 99.9th percentile, beyond the threshold. */
export function heatRange({ maps, threshold }: CategoryResult): [number, number] {
  const step = Math.max(1, Math.floor(maps.data.length / 200_000));
  const sample = maps.data.filter((_, index) => index % step === 0).sort();
  const [median, high] = [sample[sample.length >> 1], sample[Math.floor(0.999 * (sample.length - 1))]];
  return [median, Math.max(high, threshold + 0.2 * Math.abs(threshold - median), median + 1e-6)];
}

/** An anomaly map as grey values, 0 to 255 over the range. */
export function greyMap(map: Float32Array, [low, high]: readonly [number, number]): Uint8Array {
  return Uint8Array.from(map, (value) =>
    Math.round(255 * Math.min(1, Math.max(0, (value - low) / (high - low)))),
  );
}

/** The map of one image. */
export function mapOf({ maps }: CategoryResult, index: number): Float32Array {
  const pixels = maps.height * maps.width;
  return maps.data.subarray(index * pixels, (index + 1) * pixels);
}

/** How test images are decoded to lie under their maps. */
export function mapFraming({ fit, resize, size, mapSize }: Configuration): Framing {
  return { fit, size: mapSize, resize: Math.round((resize * mapSize) / size) };
}

/**
 * Writes a PNG of every anomaly map (`maps/`, grey from the median to the 99.9th percentile of all maps) and of every overlay (`overlays/`: the image with
 * its ground truth in red, beside the heat map with the ground truth in red and the prediction in orange).
 */
export async function writeMapsAndOverlays(
  folder: string,
  result: CategoryResult,
  configuration: Configuration,
  { onProgress, signal }: LongWork = {},
): Promise<void> {
  const range = heatRange(result);
  const { width, height } = result.maps;
  const names = outputNames(result);
  for (let index = 0; index < result.samples.length; index++) {
    signal?.throwIfAborted();
    const sample = result.samples[index];
    const name = join(result.name, `${names[index]}.png`);
    const map = mapOf(result, index);
    const grey = await sharp(greyMap(map, range), { raw: { width, height, channels: 1 } })
      .png()
      .toBuffer();
    await writeFileAtomically(join(folder, 'maps', name), grey);
    const image = await decodeImage(sample.path, mapFraming(configuration));
    const mask = result.masks[index];
    const truth = mask ? drawOutline(image, mask, truthColour) : image;
    const heat = predictionOverlay(image, map, range, result.threshold);
    const panel = sideBySide([image, truth, mask ? drawOutline(heat, mask, truthColour) : heat]);
    await writePng(join(folder, 'overlays', name), panel);
    onProgress?.({ stage: `${result.name}: overlays`, done: index + 1, total: result.samples.length });
  }
}

/** `DEFECT/STEM` per test image; with the extension where the stem is taken. */
function outputNames({ samples }: CategoryResult): string[] {
  const taken = new Set<string>();
  return samples.map(({ path, defect }) => {
    const stem = join(defect, parse(path).name);
    const name = taken.has(stem) ? join(defect, basename(path)) : stem;
    taken.add(name);
    return name;
  });
}

/** What `results.json` holds of a category. */
export function summaryOf(result: CategoryResult) {
  const { pixel, image, reconstructor, samples } = result;
  return {
    name: result.name,
    pixel: pixel && {
      auroc: pixel.auroc,
      averagePrecision: pixel.averagePrecision,
      pro: pixel.pro,
      bestF1: pixel.bestF1,
      threshold: pixel.threshold,
      regions: pixel.regions,
    },
    image: image && {
      auroc: image.auroc,
      averagePrecision: image.averagePrecision,
      bestF1: image.bestF1,
      threshold: image.threshold,
    },
    threshold: result.threshold,
    granularity: reconstructor.granularity,
    exemplars: reconstructor.exemplars.map(({ image: index, position }) => ({
      image: result.training[index],
      position,
    })),
    samplingCosts: Array.from(reconstructor.sampling.costs),
    samplingSolves: reconstructor.sampling.solves,
    bankBytes: reconstructor.bytes,
    nominalResiduals: reconstructor.nominal,
    timings: result.timings,
    engine: result.engine,
    trainingImages: result.training.length,
    testImages: samples.map(({ path, label, defect }, index) => ({
      path,
      label,
      defect,
      score: result.imageScores[index],
    })),
    skipped: result.skipped,
    notices: result.notices,
  };
}
