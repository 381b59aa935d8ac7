import { concatenate, type LongWork, runStage } from '../base';
import {
  type Dataset,
  type Mask,
  type Plane,
  planesOf,
  type Sample,
  type SampleNotice,
  samplesOf,
  type SkippedSample,
} from '../images';
import { aupimo, type PixelMetrics, pixelMetrics, type RankingMetrics, rankingMetrics } from '../scoring';
import { ignoredPixels, mapSizeOf, type SizedConfiguration } from '../configuration';
import { describeNotices } from './describe-notices';
import { decide, type Decisions } from './decide';
import { driftNotice } from './drift-notice';
import type { Detector } from './detector';
import { scoreBatches } from './score-batches';
import { usedValues } from './used-values';
import type { Thresholds } from './thresholds';
import { withStage } from './with-stage';

/** The results of a detector on the test images of a data set. */
export interface Evaluation {
  name: string;
  /** Test samples that were scored, in the order of `imageScores` and `maps`. */
  samples: readonly Sample[];
  /** Ground truth at the maps' size; null for an anomalous image without one. */
  masks: readonly (Mask | null)[];
  maps: readonly Plane[];
  imageScores: Float32Array;
  /** Absent when no test image has anomalous pixels in its ground truth. */
  pixel?: PixelMetrics;
  /** Absent when all test images are nominal, or all anomalous. */
  image?: RankingMetrics;
  /**
   * Mean of {@link aupimo} over the anomalous images. Absent without pixel metrics, and where nominal images have fewer than
   * 100 000 pixels or too few different values for its bounds.
   */
  aupimo?: number;
  /** The detector's thresholds, from nominal images that were left out. */
  thresholds: Thresholds;
  /** How the decisions of the detector's thresholds agree with the ground truth of images and pixels. */
  decisions: { image: Decisions; pixel: Decisions };
  /** Thresholds of the best F1 on these images. They are chosen by the labels of these images, so new images have none. */
  oracle: Partial<Thresholds>;
  /** Nonzero coefficients per row of the codes, over all test images and levels. */
  nonzeros: Uint32Array;
  /** Per test image, milliseconds: decoding and features; reconstruction, map and score. */
  timings: { features: number; scoring: number };
  skipped: readonly SkippedSample[];
  notices: readonly string[];
}

/**
 * Scores the test images of a data set and measures how well the scores agree with its labels and masks. Broken images are
 * skipped and reported.
 *
 * @returns scores, maps and metrics: pixel and image AUROC, average precision and PRO as {@link pixelMetrics} and
 *   {@link rankingMetrics} define them
 * @throws Error when no test image can be used
 * @example
 * ```ts
 * const [nut] = await openDatasets('synthetic', { categories: ['nut'] });
 * const detector = await fitDetector(nut, { size: 128, patches: 300 });
 * const { pixel } = await evaluate(detector, nut);
 * pixel!.auroc > 0.9 // true
 * ```
 */
export async function evaluate(
  detector: Detector,
  dataset: Dataset,
  work: LongWork = {},
): Promise<Evaluation> {
  const testSamples = samplesOf(dataset, 'test');
  const size = mapSizeOf(detector.configuration);
  const pixels = size.width * size.height;
  const data = new Float32Array(testSamples.length * pixels);
  const imageScores = new Float32Array(testSamples.length);
  const samples: Sample[] = [];
  const masks: (Mask | null)[] = [];
  const nonzeros: Uint32Array[] = [];
  const skipped: SkippedSample[] = [];
  const told: SampleNotice[] = [];
  const options = {
    ...withStage(work, 'test images'),
    onSkip: (sample: SkippedSample) => void skipped.push(sample),
    onNotice: (notice: SampleNotice) => void told.push(notice),
  };
  const started = performance.now();
  let scoring = 0;
  for await (const batch of scoreBatches(detector, testSamples, options)) {
    batch.maps.forEach((map, index) => data.set(map.data, (samples.length + index) * map.data.length));
    imageScores.set(batch.scores, samples.length);
    for (const { codes } of batch.levels)
      nonzeros.push(codes.rowStarts.subarray(1).map((end, row) => end - codes.rowStarts[row]));
    samples.push(...batch.samples);
    masks.push(...batch.masks);
    scoring += batch.milliseconds;
  }
  const milliseconds = performance.now() - started;
  if (samples.length === 0)
    throw new Error(`none of the test images of ${dataset.name} could be used: ${skipped[0]?.reason}`);
  const maps = planesOf(size, data.subarray(0, samples.length * pixels));
  const scores = imageScores.subarray(0, samples.length);
  const measured = await runStage(work, { stage: 'metrics' }, async () => {
    const own = measure({ samples, masks, maps, scores, ...detector });
    return { ...own, aupimo: own.pixel && meanAupimo(maps, masks, ignoredPixels(detector.configuration)) };
  });
  return {
    name: dataset.name,
    samples,
    masks,
    maps,
    imageScores: scores,
    ...measured,
    notices: [...describeNotices(told), ...measured.notices],
    thresholds: detector.thresholds,
    nonzeros: concatenate(nonzeros, Uint32Array),
    timings: {
      features: (milliseconds - scoring) / samples.length,
      scoring: scoring / samples.length,
    },
    skipped,
  };
}

/** Test images with their ground truth, maps and scores, from which metrics are computed. */
interface Measured {
  samples: readonly Sample[];
  masks: readonly (Mask | null)[];
  maps: readonly Plane[];
  scores: Float32Array;
  thresholds: Thresholds;
  /** Scores of nominal images that were left out. */
  nominalScores: readonly number[];
  configuration: SizedConfiguration;
}

/** Metrics, decisions and notices of test images that were scored. */
export function measure({
  samples,
  masks: truth,
  maps,
  scores,
  thresholds,
  nominalScores,
  configuration,
}: Measured) {
  const ignored = ignoredPixels(configuration);
  const masks = truth.map((mask) => mask && withoutPixels(mask, ignored));
  const labels = samples.map(({ label }) => label === 'anomalous');
  const pixel = masks.some((mask) => mask?.data.includes(1))
    ? pixelMetrics(maps, masks, undefined, ignored)
    : undefined;
  const image = labels.includes(true) && labels.includes(false) ? rankingMetrics(scores, labels) : undefined;
  const notices: string[] = [];
  const empty = masks.filter((mask, index) => mask && labels[index] && !mask.data.includes(1)).length;
  const unmasked = masks.filter((mask) => mask === null).length;
  if (empty > 0)
    notices.push(
      `${empty} anomalous images have an empty mask${ignored ? ' where they are not ignored' : ''}: all of their pixels count as nominal`,
    );
  if (unmasked > 0)
    notices.push(`${unmasked} anomalous images have no ground truth: they are left out of pixel metrics`);
  const drift = driftNotice(nominalScores, testedOf(scores, labels));
  if (drift) notices.push(drift);
  const judged = masks.flatMap((mask, index) =>
    mask ? [{ scores: usedValues(maps[index], ignored), labels: usedLabels(mask, ignored) }] : [],
  );
  const decisions = {
    image: decide([{ scores, labels }], thresholds.image),
    pixel: decide(judged, thresholds.pixel),
  };
  const oracle: Partial<Thresholds> = { pixel: pixel?.threshold, image: image?.threshold };
  return { pixel, image, decisions, oracle, notices };
}

/** A mask that marks nothing where pixels are ignored. */
function withoutPixels(mask: Mask, ignored: Mask | undefined): Mask {
  return ignored ? { ...mask, data: mask.data.map((value, at) => (ignored.data[at] ? 0 : value)) } : mask;
}

function usedLabels({ data }: Mask, ignored: Mask | undefined): Uint8Array {
  return ignored ? data.filter((_, at) => !ignored.data[at]) : data;
}

/** The good images where labels name some, else all. */
function testedOf(scores: Float32Array, labels: readonly boolean[]) {
  const good = scores.filter((_, index) => !labels[index]);
  return good.length > 0 ? { scores: good, areGood: true } : { scores, areGood: false };
}

const leastNominalPixels = 1e5;

function meanAupimo(
  allMaps: readonly Plane[],
  truth: readonly (Mask | null)[],
  ignored: Mask | undefined,
): number | undefined {
  // Regions do not matter, so that the pixels that count may lie in a row.
  const row = <Data extends { length: number }>(data: Data) => ({ width: data.length, height: 1, data });
  const maps = ignored ? allMaps.map((map) => row(usedValues(map, ignored))) : allMaps;
  const masks = ignored ? truth.map((mask) => mask && row(usedLabels(mask, ignored))) : truth;
  const nominal = maps.filter((_, index) => masks[index] && !masks[index].data.includes(1));
  if (nominal.reduce((sum, { data }) => sum + data.length, 0) < leastNominalPixels) return undefined;
  let scores: (number | undefined)[];
  try {
    scores = aupimo(maps, masks);
  } catch (error) {
    // Maps of few different values have no threshold between the bounds.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  const known = scores.filter((value) => value !== undefined);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
