import { createExtractor, type Extractor, extractAll, extractBatches, type Network } from '../features';
import {
  type Dataset,
  type LongWork,
  type Mask,
  type Sample,
  type SkippedSample,
  samplesOf,
} from '../images';
import { fitReconstructor, type Reconstructor } from '../reconstruction';
import {
  type AnomalyMaps,
  anomalyMaps,
  imageScores,
  type PixelMetrics,
  pixelMetrics,
  type RankingMetrics,
  rankingMetrics,
} from '../scoring';
import { solverOf } from '../subspace';
import { type Configuration, checkConfiguration } from './configuration';

/** Wall-clock times. */
export interface Timings {
  /** Training images: decoding and features, seconds. */
  trainFeatures: number;
  /** Sampling and fitting, seconds. */
  fit: number;
  /** Per test image: decoding and features, milliseconds. */
  featuresPerImage: number;
  /** Per test image: reconstruction and anomaly map, milliseconds. */
  scoringPerImage: number;
}

/** The outcome of an experiment on one category. */
export interface CategoryResult {
  name: string;
  /** Test samples that were scored, in the order of `imageScores` and `maps`. */
  samples: readonly Sample[];
  /** Ground truth at the maps' size; null for an anomalous image without one. */
  masks: readonly (Mask | null)[];
  maps: AnomalyMaps;
  imageScores: Float32Array;
  /** Null when no test image has anomalous pixels in its ground truth. */
  pixel: PixelMetrics | null;
  /** Null when all test images are nominal, or all anomalous. */
  image: RankingMetrics | null;
  /** Map value at and above which a pixel is predicted anomalous: of the best F1, or the largest on nominal test images. */
  threshold: number;
  reconstructor: Reconstructor;
  /** Paths of the training images, by index. */
  training: readonly string[];
  /** Nonzero coefficients per reconstructed datum, over all test images and levels. */
  nonzeros: Uint32Array;
  timings: Timings;
  skipped: readonly SkippedSample[];
  notices: readonly string[];
  engine: string;
}

/** Test images at a time: products with a bank of whole images read all of it once a batch. */
const testBatch = 8;

/**
 * The whole method on one category: features of the nominal images, a sampled memory bank, reconstruction of every test image,
 * anomaly maps and scores. Broken images are skipped and reported.
 *
 * More exemplars than the bank holds data are cut down to all of them, with a notice.
 *
 * @throws RangeError when the configuration is out of range, Error when no training or no test image can be used
 */
export async function runExperiment(
  dataset: Dataset,
  network: Network,
  configuration: Configuration,
  work: LongWork = {},
): Promise<CategoryResult> {
  checkConfiguration(configuration);
  const [trainSamples, testSamples] = [samplesOf(dataset, 'train'), samplesOf(dataset, 'test')];
  const extractor = await createExtractor(network, configuration);
  try {
    return await scoreCategory(dataset.name, trainSamples, testSamples, extractor, configuration, work);
  } finally {
    await extractor.dispose();
  }
}

async function scoreCategory(
  name: string,
  trainSamples: Sample[],
  testSamples: Sample[],
  extractor: Extractor,
  configuration: Configuration,
  work: LongWork,
): Promise<CategoryResult> {
  const { fit, resize, mapSize, sigma, topShare } = configuration;
  const skipped: SkippedSample[] = [];
  const notices: string[] = [];
  const stage = (label: string): LongWork => ({
    signal: work.signal,
    onProgress: work.onProgress && ((report) => work.onProgress!({ ...report, stage: `${name}: ${label}` })),
  });
  const loading = { fit, resize, onSkip: (sample: SkippedSample) => void skipped.push(sample) };

  const started = performance.now();
  const nominal = await extractAll(extractor, trainSamples, { ...loading, ...stage('nominal images') });
  const extracted = performance.now();
  const available = configuration.granularity === 'patch' ? undefined : nominal.samples.length;
  let exemplars = configuration.exemplars ?? undefined;
  if (exemplars && available && exemplars > available) {
    notices.push(
      `${exemplars} exemplars were asked for, the memory bank holds ${available} images: all are kept`,
    );
    exemplars = available;
  }
  const reconstructor = await fitReconstructor(nominal.maps, {
    ...configuration,
    exemplars,
    solver: solverOf(configuration.solver),
    referenceLevel: configuration.referenceLevel ?? undefined,
    ...stage('exemplars'),
  });
  const fitted = performance.now();

  const samples: Sample[] = [];
  const masks: (Mask | null)[] = [];
  const pixels = mapSize * mapSize;
  const data = new Float32Array(testSamples.length * pixels);
  const nonzeros: Uint32Array[] = [];
  let scoring = 0;
  const batches = extractBatches(extractor, testSamples, {
    ...loading,
    ...stage('test images'),
    maskSize: mapSize,
    batch: testBatch,
  });
  for await (const batch of batches) {
    const before = performance.now();
    const levels = await reconstructor.reconstruct(batch.maps);
    data.set(
      anomalyMaps(levels, reconstructor.nominal, { size: mapSize, sigma }).data,
      samples.length * pixels,
    );
    scoring += performance.now() - before;
    for (const { codes } of levels) {
      nonzeros.push(codes.rowStarts.subarray(1).map((end, row) => end - codes.rowStarts[row]));
    }
    samples.push(...batch.samples);
    masks.push(...batch.masks);
  }
  const finished = performance.now();
  if (samples.length === 0)
    throw new Error(`none of the test images of ${name} could be used: ${skipped[0]?.reason}`);

  const maps: AnomalyMaps = {
    count: samples.length,
    height: mapSize,
    width: mapSize,
    data: data.subarray(0, samples.length * pixels),
  };
  const scores = imageScores(maps, topShare);
  const labels = samples.map(({ label }) => label === 'anomalous');
  const pixel = masks.some((mask) => mask?.data.includes(1)) ? pixelMetrics(maps, masks) : null;
  const image = labels.includes(true) && labels.includes(false) ? rankingMetrics(scores, labels) : null;
  const unmasked = masks.filter((mask) => mask === null).length;
  const empty = masks.filter((mask, index) => mask && labels[index] && !mask.data.includes(1)).length;
  if (empty > 0)
    notices.push(`${empty} anomalous images have an empty mask: all of their pixels count as nominal`);
  if (unmasked > 0)
    notices.push(`${unmasked} anomalous images have no ground truth: they are left out of pixel metrics`);
  return {
    name,
    samples,
    masks,
    maps,
    imageScores: scores,
    pixel,
    image,
    threshold: pixel?.threshold ?? largestNominal(maps, labels),
    reconstructor,
    training: nominal.samples.map(({ path }) => path),
    nonzeros: concatenate(nonzeros),
    timings: {
      trainFeatures: (extracted - started) / 1000,
      fit: (fitted - extracted) / 1000,
      featuresPerImage: (finished - fitted - scoring) / samples.length,
      scoringPerImage: scoring / samples.length,
    },
    skipped,
    notices,
    engine: extractor.engine,
  };
}

function concatenate(parts: readonly Uint32Array[]): Uint32Array {
  const whole = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The largest map value on nominal images, or on all where none is nominal. */
function largestNominal({ height, width, data }: AnomalyMaps, anomalous: readonly boolean[]): number {
  const pixels = height * width;
  const all = !anomalous.includes(false);
  let largest = Number.NEGATIVE_INFINITY;
  anomalous.forEach((isAnomalous, image) => {
    if (isAnomalous && !all) return;
    for (let at = image * pixels; at < (image + 1) * pixels; at++) largest = Math.max(largest, data[at]);
  });
  return largest;
}
