import { type FeatureMaps, imagesAsRows, readAll } from '../../features';
import {
  kCenter,
  kCenterOfGram,
  randomSampling,
  randomSamplingOfGram,
  subspaceSampling,
  subspaceSamplingOfGram,
} from '../../sampling';
import { type FeatureMatrix, roundedToHalf, selectRows } from '../../matrix';
import { gramOf } from '../../subspace';
import type { ExemplarOrigin, ExemplarSet, Granularity, LevelExemplars } from './granularity';
import { drawShares, stacked } from './join-exemplars';
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
  async join({ set, levels, images }, { nominal, reference }, { sampler, ...options }) {
    const kept = set.origins.length;
    const { count } = reference;
    if (kept + count > mostCompared)
      throw new RangeError(
        `${count} images were given to extend a memory bank of ${kept}; expected at most ${mostCompared} in all: fit it again`,
      );
    const old = levels.find(({ level }) => level === reference.level)!;
    const all = stacked(imagesAsRows(exemplarMaps(old, set)), imagesAsRows(await readAll(reference)));
    const exemplars = Math.min(options.exemplars, all.rows);
    const share = count / (images + count);
    const sampling =
      sampler === 'random'
        ? drawShares({ kept, entries: count, share }, { ...options, exemplars })
        : await samplers[sampler](await gramOf(all), { ...options, exemplars });
    const chosen = Array.from(sampling.indices);
    const joined: FeatureMatrix[] = [];
    for (const [at, level] of levels.entries()) {
      const { features } = await readAll(nominal[at]);
      const rows = imagesAsRows({ ...nominal[at], features });
      const both = stacked(imagesAsRows(exemplarMaps(level, set)), roundedToHalf(rows));
      const { rows: pictures, cols, data } = selectRows(both, chosen);
      const { channels } = nominal[at];
      joined.push({ rows: (pictures * cols) / channels, cols: channels, data });
    }
    const origins = chosen.map((entry) =>
      entry < kept ? set.origins[entry] : { image: images + entry - kept, position: null },
    );
    return { sampling, origins, exemplars: joined };
  },
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
