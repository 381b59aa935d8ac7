import { itemsInStage, runStage } from '../base';
import { extractBatches, type ExtractedBatch, type Extractor } from '../features';
import { createPlane, type Mask, type Plane, type Sample } from '../images';
import type { LevelReconstruction, RebuiltMaps, Reconstructor } from '../reconstruction';
import { anomalyMaps, fuseMaps, imageScores, leastMapValue, neighbourScores, patchScores } from '../scoring';
import {
  decodingOf,
  ignoredPixels,
  mapSizeOf,
  modelledWeights,
  type SizedConfiguration,
} from '../configuration';
import type { ScoreOptions } from './score-options';

/** A batch of samples through the whole chain. */
interface ScoredBatch extends Omit<ExtractedBatch, 'maps'> {
  levels: LevelReconstruction[];
  maps: Plane[];
  scores: Float32Array;
  /** Reconstruction, maps and scores, milliseconds. */
  milliseconds: number;
}

/** Images at a time: products with a memory bank of whole images read all of it once a batch. */
export const batchSize = 16;

/** The parts of a detector that samples pass through, from pixels to scores. */
interface Chain {
  configuration: SizedConfiguration;
  extractor: Extractor;
  reconstructors: readonly Reconstructor[];
}

/** Features, reconstruction, anomaly maps and scores of samples, batch by batch; masks are decoded at the maps' size. */
export async function* scoreBatches(
  { configuration, extractor, reconstructors }: Chain,
  samples: readonly Sample[],
  work: ScoreOptions,
): AsyncGenerator<ScoredBatch> {
  const decoding = decodingOf(configuration);
  const options = { ...work, ...decoding, maskSize: mapSizeOf(configuration), batch: batchSize };
  const extracted = extractBatches(extractor, samples, options);
  for await (const { maps: features, ...batch } of itemsInStage(work, { stage: 'features' }, extracted)) {
    const started = performance.now();
    const levels: LevelReconstruction[] = [];
    for (const { granularity, reconstruct } of reconstructors) {
      const rebuild = () => reconstruct(features);
      levels.push(...(await runStage(work, { stage: 'residuals', part: granularity }, rebuild)));
    }
    const score = async () => mapsAndScores(levels, reconstructors, configuration);
    const scored = await runStage(work, { stage: 'maps' }, score);
    assertFiniteScores(scored, batch.samples);
    yield {
      ...batch,
      levels,
      ...scored,
      milliseconds: performance.now() - started,
    };
  }
}

/**
 * Checks that maps and scores are numbers: one that is not would be neither above nor below a threshold.
 *
 * @throws Error naming the image whose score or map is not finite
 */
export function assertFiniteScores(
  { maps, scores }: { maps: readonly Plane[]; scores: Float32Array },
  samples: readonly Pick<Sample, 'path'>[],
): void {
  for (const [index, { path }] of samples.entries()) {
    const value = Number.isFinite(scores[index])
      ? maps[index].data.find((one) => !Number.isFinite(one))
      : scores[index];
    if (value !== undefined)
      throw new Error(
        `the anomaly map or score of ${path} holds ${value}; expected finite numbers: look whether the image is like the nominal ones, or fit the memory bank again`,
      );
  }
}

/**
 * Anomaly maps of reconstructed images, those of several granularities fused, and their scores. Ignored pixels have the value of a perfect
 * reconstruction, which is below every threshold, and do not count.
 */
export function mapsAndScores(
  levels: readonly RebuiltMaps[],
  reconstructors: readonly Reconstructor[],
  configuration: SizedConfiguration,
): { maps: Plane[]; scores: Float32Array } {
  const { sigma, topFraction, imageScore } = configuration;
  const weights = modelledWeights(configuration);
  const options = { size: mapSizeOf(configuration), sigma, weights };
  let start = 0;
  const parts = reconstructors.map(({ calibration }) => {
    const own = levels.slice(start, (start += calibration.length));
    const { spread = 1, weight = 1 } = calibration[0];
    return { maps: anomalyMaps(own, calibration, options), spread, weight };
  });
  const maps = parts.length === 1 ? parts[0].maps : fuseMaps(parts);
  const ignored = ignoredPixels(configuration);
  if (ignored) fillIgnored(maps, ignored, leastValue(reconstructors, configuration));
  if (imageScore === 'map')
    return { maps, scores: imageScores(maps, topFraction, ignored && usedPixels(ignored)) };
  const [level] = levels;
  const [{ bank }] = reconstructors;
  const scores = imageScore === 'patch' ? patchScores(level) : neighbourScores(level, bank[0].exemplars);
  return { maps, scores };
}

/** Pixels that are not ignored. */
export function usedPixels({ data }: Mask): number {
  return data.reduce((sum, value) => sum + 1 - value, 0);
}

/** The least value of anomaly maps, which a perfect reconstruction has. */
export function leastValue(
  reconstructors: readonly Pick<Reconstructor, 'calibration'>[],
  { levelWeights }: SizedConfiguration,
): number {
  const parts = reconstructors.map(({ calibration }) => {
    const least = leastMapValue(calibration, levelWeights);
    const { spread = 1, weight = 1 } = calibration[0];
    return { maps: [createPlane({ width: 1, height: 1 }, Float32Array.of(least))], spread, weight };
  });
  return (parts.length === 1 ? parts[0].maps : fuseMaps(parts))[0].data[0];
}

function fillIgnored(maps: readonly Plane[], ignored: Mask, value: number): void {
  for (const { data } of maps)
    for (let at = 0; at < data.length; at++) if (ignored.data[at]) data[at] = value;
}
