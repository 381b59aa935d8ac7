import { createExtractor, type EngineName, extractBatches, type Network } from '../features';
import type { LongWork, RgbImage, Sample, SkippedSample } from '../images';
import { anomalyMaps, imageScores } from '../scoring';
import { checkNetwork, type MemoryBank } from './memory-bank';

/** Parameters of {@link scoreImages}. */
export interface ScoreImagesOptions extends LongWork {
  /** Default `auto`. */
  engine?: EngineName;
  /** Images per run of the engine: what is in memory at once. Default 1. */
  batch?: number;
  /** Called for an image that cannot be decoded; without it the iteration throws. */
  onSkip?: (skipped: SkippedSample) => void;
}

/** An image's outcome. */
export interface ImageScore {
  path: string;
  score: number;
  /** Whether the score, or where the bank has no threshold for it any pixel, is at or above its threshold. */
  anomalous: boolean;
  /** Share of the pixels at or above the pixel threshold. */
  anomalousShare: number;
  /** The anomaly map, `mapSize * mapSize` values. */
  map: Float32Array;
  /** The image as the network saw it. */
  image: RgbImage;
}

/**
 * Scores images by a memory bank, one after the other; the maps are those that the experiment gave which the bank comes from.
 *
 * @param network with the weights that the bank was fitted with
 * @throws Error when the network's weights are others, or naming a file that cannot be decoded when no `onSkip` is given
 */
export async function* scoreImages(
  bank: MemoryBank,
  network: Network,
  paths: readonly string[],
  options: ScoreImagesOptions = {},
): AsyncGenerator<ImageScore> {
  checkNetwork(bank, network);
  const { engine = 'auto', batch = 1, ...work } = options;
  const { fit, resize, mapSize, sigma, topShare } = bank.configuration;
  const { pixel, image: imageThreshold } = bank.thresholds;
  const extractor = await createExtractor(network, { ...bank.configuration, engine });
  const samples = paths.map((path): Sample => ({
    path,
    split: 'test',
    label: 'anomalous',
    defect: 'unknown',
    maskPath: null,
  }));
  try {
    for await (const { samples: loaded, images, maps } of extractBatches(extractor, samples, {
      ...work,
      batch,
      fit,
      resize,
    })) {
      const levels = await bank.reconstructor.reconstruct(maps);
      const result = anomalyMaps(levels, bank.reconstructor.nominal, { size: mapSize, sigma });
      const scores = imageScores(result, topShare);
      const pixels = mapSize * mapSize;
      for (const [index, { path }] of loaded.entries()) {
        const map = result.data.subarray(index * pixels, (index + 1) * pixels);
        let above = 0;
        for (const value of map) if (value >= pixel) above++;
        yield {
          path,
          score: scores[index],
          anomalous: imageThreshold === null ? above > 0 : scores[index] >= imageThreshold,
          anomalousShare: above / pixels,
          map,
          image: images[index],
        };
      }
    }
  } finally {
    await extractor.dispose();
  }
}
