import { extent, type LongWork, oneOf } from '../base';
import {
  blocksOf,
  type FeatureMaps,
  type FeatureSource,
  levelWords,
  positionsOf,
  sourceOf,
  withoutPositions,
} from '../features';
import { assertFinite } from '../matrix';
import type { Sampling } from '../sampling';
import {
  type ExemplarOrigin,
  granularities,
  type GranularityName,
  granularityNames,
  positionAt,
  type SamplerName,
  samplerNames,
} from './granularity';
import {
  fitNormalization,
  type Normalization,
  type NormalizationOptions,
  normalizedSource,
} from './normalization';

/** The parameters that decide which nominal features become exemplars. */
export interface SamplingOptions extends NormalizationOptions, LongWork {
  /** The kind of the memory bank's entries, e.g. a whole image, a position of all images, or a patch of any image. Default `image`. */
  granularity?: GranularityName;
  /** Default `subspace`. */
  sampler?: SamplerName;
  /** Number of exemplars. Default: 256 images, all of their positions, or 1500 patches (all, if there are fewer). */
  exemplars?: number;
  /** Weight of the squared error in subspace sampling's cost, > 1. Default 50. */
  lambda?: number;
  /** Seed of the sampling. Default 0. */
  seed?: number;
  /** The level at which exemplars are chosen, `l_ref`; they then serve every level. Default: the highest level. */
  referenceLevel?: number;
}

/** Exemplars, with the sampling and the normalizations by which they were found. */
export interface SampledExemplars {
  sampling: Sampling;
  origins: ExemplarOrigin[];
  /** The level at which they were chosen. */
  reference: { level: number; height: number; width: number };
  /** How each level's features are normalized, in the order of the levels. */
  normalizations: readonly Normalization[];
}

/**
 * Chooses the exemplars of a memory bank at the reference level, where they minimize `max_x f(x, S)` (`subspace`), or cover the
 * features (`kCenter`). No solver and no metric has a part in it.
 *
 * @param given features of the nominal images, one entry per level
 * @throws RangeError when an option is out of range, a feature is not finite, or there are fewer entries than exemplars
 * @see Hotta, Zhang, Hagihara, Akashi, arXiv 2309.13904, section 3; the search: You, Li, Robinson, Vidal, ECCV 2018
 */
export async function sampleExemplars(
  given: readonly (FeatureMaps | FeatureSource)[],
  options: SamplingOptions = {},
): Promise<SampledExemplars> {
  const { granularity = 'image', sampler = 'subspace', lambda, seed, onProgress, signal } = options;
  oneOf({ granularity }, granularityNames);
  oneOf({ sampler }, samplerNames);
  if (given.length === 0) throw new RangeError('no levels were given; extract at least one');
  const nominal = given.map(sourceOf);
  for (const source of nominal) await checkFinite(source);
  const levels = nominal.map(({ level }) => level);
  const referenceLevel = options.referenceLevel ?? extent(levels)[1];
  oneOf({ referenceLevel: String(referenceLevel) }, levels.map(String));
  const kind = granularities[granularity];
  const normalizations: Normalization[] = [];
  for (const source of nominal)
    normalizations.push(await fitNormalization(source, options, kind.keepsImages));
  const at = levels.indexOf(referenceLevel);
  const maps = normalizedSource(usedAtAllLevels(nominal[at], nominal), normalizations[at]);
  const exemplars = options.exemplars ?? kind.defaultExemplars(kind.available(maps));
  const found = await kind.sample(maps, { sampler, exemplars, lambda, seed, onProgress, signal });
  const { level, height, width } = maps;
  return { ...found, reference: { level, height, width }, normalizations };
}

/** The reference level without the positions whose nearest one at any level is ignored: they give no exemplars. */
export function usedAtAllLevels(reference: FeatureSource, levels: readonly FeatureSource[]): FeatureSource {
  if (!levels.some(({ ignored }) => ignored)) return reference;
  const ignored = Uint8Array.from({ length: positionsOf(reference) }, (_, position) =>
    levels.some((level) => level.ignored?.[positionAt(level, position, reference)]) ? 1 : 0,
  );
  return withoutPositions(reference, ignored);
}

/** @throws RangeError when a feature is not finite */
export async function checkFinite(source: FeatureSource): Promise<void> {
  if (source.isFinite) return;
  for await (const { maps } of blocksOf(source))
    assertFinite(maps.features, `nominal features of ${levelWords(source.level)}`);
}
