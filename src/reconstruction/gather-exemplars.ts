import { type FeatureMaps, type FeatureSource, levelWords, sourceOf } from '../features';
import { assertFinite, type FeatureMatrix, roundedToHalf } from '../matrix';
import { granularities, type GranularityName } from './granularity';
import { normalizedSource } from './normalization';
import type { SampledExemplars } from './sample-exemplars';

/** Exemplars with their features. */
export interface GatheredExemplars extends SampledExemplars {
  /** Normalized features of the exemplars, level by level; those of many whole images in half precision. */
  levels: readonly FeatureMatrix[];
}

/**
 * Takes the exemplars' features from nominal maps, at every level.
 *
 * @throws RangeError when one is not finite
 */
export async function gatherExemplars(
  nominal: readonly (FeatureMaps | FeatureSource)[],
  sampled: SampledExemplars,
  granularity: GranularityName = 'image',
): Promise<GatheredExemplars> {
  const { origins, reference, normalizations } = sampled;
  const kind = granularities[granularity];
  const levels: FeatureMatrix[] = [];
  for (const [index, maps] of nominal.entries()) {
    const normalized = normalizedSource(sourceOf(maps), normalizations[index]);
    const exemplars = await kind.exemplarsAt(normalized, { origins, reference, window: 1 });
    assertFinite(exemplars, `exemplars of ${levelWords(maps.level)}`);
    levels.push(kind.keepsImages ? roundedToHalf(exemplars) : exemplars);
  }
  return { ...sampled, levels };
}
