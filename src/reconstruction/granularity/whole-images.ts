import { type FeatureMaps, imagesAsRows, readAll } from '../../features';
import {
  kCenter,
  kCenterOfGram,
  randomSampling,
  randomSamplingOfGram,
  subspaceSampling,
  subspaceSamplingOfGram,
} from '../../sampling';
import { gramOf } from '../../subspace';
import type { ExemplarOrigin, ExemplarSet, Granularity, LevelExemplars } from './granularity';
import { sketchCols, sketchesOf } from './sketches-of';

const samplers = { subspace: subspaceSamplingOfGram, kCenter: kCenterOfGram, random: randomSamplingOfGram };
const samplersOfFeatures = { subspace: subspaceSampling, kCenter, random: randomSampling };

/** Up to so many images are compared by the inner products of their whole maps, more by those of sketches. */
const mostCompared = 1024;

/** The part shared by granularities whose memory bank keeps whole images, which are chosen by the inner products of their maps. */
export const wholeImages = {
  keepsImages: true,
  isSampled: true,
  exemplarsAreFeatures: true,
  available: ({ count }) => count,
  defaultExemplars: (available) => available,
  async sample(reference, { sampler, ...options }) {
    const sampling =
      reference.count <= mostCompared
        ? await samplers[sampler](await gramOf(imagesAsRows(await readAll(reference))), options)
        : await samplersOfFeatures[sampler](await sketchesOf(reference), {
            ...options,
            projection: sketchCols,
          });
    return { sampling, origins: Array.from(sampling.indices, (image) => ({ image, position: null })) };
  },
  exemplarsAt: async (nominal, { origins }) => (await nominal.read(imagesOf(origins))).features,
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
