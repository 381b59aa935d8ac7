import type { LongWork } from '../base';
import { extractBatches, type ExtractedBatch, type Extractor } from '../features';
import type { Plane, Sample, SkippedSample } from '../images';
import type { LevelReconstruction, Reconstructor } from '../reconstruction';
import { anomalyMaps, imageScores } from '../scoring';
import type { Configuration } from './configuration';

/** A batch of samples through the whole chain. */
interface ScoredBatch extends Omit<ExtractedBatch, 'maps'> {
  levels: LevelReconstruction[];
  maps: Plane[];
  scores: Float32Array;
  /** Reconstruction, maps and scores, milliseconds. */
  milliseconds: number;
}

/** Images at a time: products with a memory bank of whole images read all of it once a batch. */
const batchSize = 8;

/** Features, reconstruction, anomaly maps and scores of samples, batch by batch; masks are decoded at the maps' size. */
export async function* scoreBatches(
  {
    configuration,
    extractor,
    reconstructor,
  }: { configuration: Configuration; extractor: Extractor; reconstructor: Reconstructor },
  samples: readonly Sample[],
  work: LongWork & { onSkip?: (skipped: SkippedSample) => void },
): AsyncGenerator<ScoredBatch> {
  const { fit, resize, mapSize, sigma, topFraction } = configuration;
  const options = { ...work, fit, resize, maskSize: mapSize, batch: batchSize };
  for await (const { maps: features, ...batch } of extractBatches(extractor, samples, options)) {
    const started = performance.now();
    const levels = await reconstructor.reconstruct(features);
    const maps = anomalyMaps(levels, reconstructor.calibration, { size: mapSize, sigma });
    const scores = imageScores(maps, topFraction);
    yield { ...batch, levels, maps, scores, milliseconds: performance.now() - started };
  }
}
