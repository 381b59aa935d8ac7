import type { LongWork } from '../base';
import { decodingOf, type SizedConfiguration } from '../detector';
import { createExtractor, extractAll, type Network } from '../features';
import type { Sample, SkippedSample } from '../images';
import type { SplitFeatures } from './live';
import { indicesIn } from './used-samples';

/** A configuration, and how its work is watched and stopped. */
export interface FeatureTask {
  configuration: SizedConfiguration;
  work: LongWork;
}

/** The features of the images of one split. */
export async function extractSplit(
  network: Network,
  samples: readonly Sample[],
  { configuration, work }: FeatureTask,
): Promise<SplitFeatures> {
  const extractor = await createExtractor(network, configuration);
  try {
    const skipped: SkippedSample[] = [];
    const onSkip = (one: SkippedSample) => void skipped.push(one);
    const options = { ...work, ...decodingOf(configuration), onSkip };
    const { samples: used, maps } = await extractAll(extractor, samples, options);
    const { weightsSha256 } = network;
    return { samples: used, indices: indicesIn(samples, used), skipped, maps, weightsSha256 };
  } finally {
    await extractor.dispose();
  }
}
