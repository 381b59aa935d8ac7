import type { LongWork } from '../base';
import type { Configuration } from '../detector';
import { selectMaps } from '../features';
import type { Pipeline } from '../pipeline';
import type { MimicryData } from './mimicry-test';

/**
 * The data of {@link mimicryTest} from a data set: the features of one level, and the masks of the test images that have one.
 *
 * @param level a level of the configuration
 * @throws RangeError when the configuration does not have the level; Error when no test image has a mask
 * @example
 * ```ts
 * const [nut] = await openDatasets('synthetic', { categories: ['nut'] });
 * const data = await mimicryData(createPipeline(nut), configure({ backbone: 'scattering', size: 64 }), 2);
 * data.masks.length // 10
 * ```
 */
export async function mimicryData(
  pipeline: Pipeline,
  configuration: Configuration,
  level: number,
  work: LongWork = {},
): Promise<MimicryData> {
  const nominal = await pipeline.features(configuration, 'train', work);
  const test = await pipeline.features(configuration, 'test', work);
  const at = nominal.maps.findIndex((maps) => maps.level === level);
  if (at < 0) throw new RangeError(`level is ${level}; expected one of ${configuration.levels.join(', ')}`);
  const defective = Array.from(test.samples.keys()).filter((index) => test.samples[index].maskPath !== null);
  if (defective.length === 0) throw new Error(`no test image of ${pipeline.dataset.name} has a mask`);
  const masks = await Promise.all(
    defective.map(async (index) => (await pipeline.picture(configuration, test.samples[index])).mask),
  );
  return { nominal: nominal.maps[at], anomalous: selectMaps(test.maps[at], defective), masks };
}
