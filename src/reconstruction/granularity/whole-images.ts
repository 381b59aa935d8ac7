import { type FeatureMaps, imagesAsRows, selectMaps } from '../../features';
import { kCenterOfGram, randomSamplingOfGram, subspaceSamplingOfGram } from '../../sampling';
import { gramOf } from '../../subspace';
import type { ExemplarOrigin, ExemplarSet, Granularity, LevelExemplars } from './granularity';

const samplers = { subspace: subspaceSamplingOfGram, kCenter: kCenterOfGram, random: randomSamplingOfGram };

/** The part shared by granularities whose memory bank keeps whole images, which are chosen by the inner products of their maps. */
export const wholeImages = {
  keepsImages: true,
  isSampled: true,
  exemplarsAreFeatures: true,
  available: ({ count }) => count,
  defaultExemplars: (available) => available,
  async sample(reference, { sampler, ...options }) {
    const sampling = await samplers[sampler](await gramOf(imagesAsRows(reference)), options);
    return { sampling, origins: Array.from(sampling.indices, (image) => ({ image, position: null })) };
  },
  exemplarsAt: (maps, { origins }, normalize) => normalize(selectMaps(maps, imagesOf(origins)).features),
  tensorShape: ({ height, width, channels }, { origins }) => [origins.length, height, width, channels],
} satisfies Partial<Granularity>;

/** Indices of the exemplars among the nominal images. */
export function imagesOf(origins: readonly ExemplarOrigin[]): Uint32Array {
  return Uint32Array.from(origins, ({ image }) => image);
}

/** The exemplars of a level as maps again. */
export function exemplarMaps(
  { level, height, width, exemplars }: LevelExemplars,
  { origins }: ExemplarSet,
): FeatureMaps {
  return { level, count: origins.length, height, width, features: exemplars };
}
