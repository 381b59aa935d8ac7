import { concatenate, type LongWork } from '../base';
import { ignoredPixels, modelOptionsOf, type SizedConfiguration, solverConfigOf } from '../configuration';
import { type ImageSource, type Sample, type SampleNotice, samplesFrom } from '../images';
import { extendReconstructor, type Reconstructor } from '../reconstruction';
import { solverOf } from '../subspace';
import { describeNotices } from './describe-notices';
import { createDetector, type Detector } from './detector';
import { joinPixels, type NominalPixels, nominalPixelsOf } from './nominal-pixels';
import { openFeatures } from './open-features';
import { assertFiniteScores, mapsAndScores } from './score-batches';
import { heatRangeAbove, type NominalLimits } from './stages';
import { imageThreshold, pixelThreshold } from './thresholds';
import { usedValues } from './used-values';
import { withStage } from './with-stage';

/**
 * Adds nominal images to a detector without the images that it was fitted on, see `extendReconstructor`. Thresholds are set by the kept
 * scores and pixels of the first images and those of the new ones, each reconstructed without itself; as great a part of the new images is
 * taken as there was of the first ones.
 *
 * @param detector its network is shared: dispose of one of both
 * @param nominal paths, samples, or images of the configuration's size, none of which the detector was fitted on
 * @returns the extended detector; `fit` tells of the new images
 * @throws RangeError when the detector keeps too little to be extended, an image is in it already, or there are too many images at a time;
 *   Error when no image can be used
 * @example
 * ```ts
 * const drawn = (seed: number) => drawSynthetic('nut', { seed, size: 64 }).image;
 * const detector = await fitDetector([0, 1, 2].map(drawn), { size: 64 });
 * const extended = await extendDetector(detector, [3, 4].map(drawn));
 * extended.training.length // 5
 * ```
 */
export async function extendDetector(
  detector: Detector,
  nominal: readonly ImageSource[],
  work: LongWork = {},
): Promise<Detector> {
  const { configuration, extractor, weightsSha256, training, nominalScores, nominalPixels } = detector;
  if (!nominalPixels)
    throw new RangeError(
      'the memory bank keeps no pixels of its nominal images, as banks of earlier versions: fit it again on all images',
    );
  const samples = samplesFrom(nominal, { split: 'train', label: 'nominal' });
  checkNew(samples, training);
  const told: SampleNotice[] = [];
  const started = performance.now();
  const features = await openFeatures(extractor, samples, {
    ...{ configuration, weightsSha256 },
    work: withStage(work, 'nominal images'),
    onNotice: (notice) => void told.push(notice),
  });
  const extracted = performance.now();
  const part = Math.min(1, nominalScores.length / training.length);
  const leftOut = Math.max(1, Math.round(part * features.samples.length));
  const reconstructors: Reconstructor[] = [];
  for (const reconstructor of detector.reconstructors) {
    const { granularity } = reconstructor;
    const { sampler = 'subspace', exemplars, lambda, seed } = modelOptionsOf(configuration, granularity);
    const solver = solverOf(solverConfigOf(configuration, granularity));
    const options = { sampler, exemplars, lambda, seed, solver, images: training.length, leftOut };
    const told = withStage(work, `${granularity} exemplars`);
    reconstructors.push(await extendReconstructor(reconstructor, features.maps, { ...options, ...told }));
  }
  await features.close();
  const limits = joinLimits({ ...detector, nominalPixels }, reconstructors, configuration);
  const state = {
    ...{ configuration, weightsSha256, ...limits },
    training: [...training, ...features.samples.map(({ path }) => path)],
    reconstructors: reconstructors.map((reconstructor) => ({ ...reconstructor, leftOut: [] })),
  };
  return createDetector(state, extractor, {
    featureSeconds: (extracted - started) / 1000,
    bankSeconds: (performance.now() - extracted) / 1000,
    skipped: features.skipped,
    notices: describeNotices(told),
  });
}

function checkNew(samples: readonly Sample[], training: readonly string[]): void {
  const known = new Set(training);
  const twice = samples.filter(({ path, pixels }) => !pixels && known.has(path));
  if (twice.length > 0)
    throw new RangeError(
      `${twice[0].path}${twice.length > 1 ? ` and ${twice.length - 1} more` : ''} is in the memory bank already; expected new images`,
    );
}

/** Thresholds and what they rest on, of the first images and the new ones together. */
function joinLimits(
  before: NominalLimits & { nominalPixels: NominalPixels },
  reconstructors: readonly Reconstructor[],
  configuration: SizedConfiguration,
): NominalLimits {
  const leftOut = reconstructors.flatMap((reconstructor) => reconstructor.leftOut);
  const scored = mapsAndScores(leftOut, reconstructors, configuration);
  assertFiniteScores(
    scored,
    scored.maps.map((_, index) => ({ path: `new nominal image ${index}` })),
  );
  const ignored = ignoredPixels(configuration);
  const values = concatenate(
    scored.maps.map((map) => usedValues(map, ignored)),
    Float32Array,
  );
  const nominalPixels = joinPixels(before.nominalPixels, nominalPixelsOf(values));
  const nominalScores = [...before.nominalScores, ...scored.scores];
  const { imageFalseAlarms, pixelFalseAlarms } = configuration;
  const thresholds = {
    pixel: pixelThreshold(nominalPixels, pixelFalseAlarms),
    image: imageThreshold(Float32Array.from(nominalScores), imageFalseAlarms),
  };
  const heatRange = heatRangeAbove(before.heatRange[0], thresholds);
  return { thresholds, heatRange, nominalScores, nominalPixels };
}
