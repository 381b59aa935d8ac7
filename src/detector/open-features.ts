import type { LongWork } from '../base';
import { type Configuration, stageKeys } from '../configuration';
import {
  extractBatches,
  type Extractor,
  type FeatureStore,
  memoryFeatureStore,
  type StoredFeatures,
} from '../features';
import type { Sample } from '../images';

/** The features of samples under a configuration, from a store or computed. */
export function openFeatures(
  extractor: Extractor,
  samples: readonly Sample[],
  {
    configuration,
    weightsSha256,
    work,
    store = memoryFeatureStore,
  }: {
    configuration: Configuration;
    weightsSha256?: string;
    work: LongWork;
    store?: FeatureStore;
  },
): Promise<StoredFeatures> {
  const { fit, resize } = configuration;
  return store.open({
    key: JSON.stringify([weightsSha256, stageKeys(configuration).features]),
    levels: extractor.levels,
    samples,
    extract: (own, onSkip) => extractBatches(extractor, own, { ...work, fit, resize, onSkip }),
  });
}
