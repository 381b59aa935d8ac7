import type { LongWork } from '../base';
import { decodingOf, type SizedConfiguration, stageKeys } from '../configuration';
import {
  extractBatches,
  type Extractor,
  type FeatureStore,
  memoryFeatureStore,
  type StoredFeatures,
} from '../features';
import type { Sample, SampleNotice } from '../images';

/** What computes features, as plain data for other processes. */
export interface FeatureRecipe {
  configuration: SizedConfiguration;
  /** Of the backbone's weights. */
  weightsSha256?: string;
}

/** The features of samples under a configuration, from a store or computed. Notices come of those that are computed. */
export function openFeatures(
  extractor: Extractor,
  samples: readonly Sample[],
  {
    configuration,
    weightsSha256,
    work,
    onNotice,
    store = memoryFeatureStore,
  }: {
    configuration: SizedConfiguration;
    weightsSha256?: string;
    work: LongWork;
    onNotice?: (notice: SampleNotice) => void;
    store?: FeatureStore;
  },
): Promise<StoredFeatures> {
  const decoding = decodingOf(configuration);
  return store.open({
    key: JSON.stringify([weightsSha256, stageKeys(configuration).features]),
    recipe: { configuration, weightsSha256 } satisfies FeatureRecipe,
    levels: extractor.levels,
    samples,
    extract: (own, onSkip) => extractBatches(extractor, own, { ...work, ...decoding, onSkip, onNotice }),
  });
}
