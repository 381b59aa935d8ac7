import { type FeatureMaps, imagesAsRows } from '../features';
import type { LongWork } from '../images';
import {
  kCenter,
  kCenterOfGram,
  randomSampling,
  randomSamplingOfGram,
  type Sampling,
  subspaceSampling,
  subspaceSamplingOfGram,
} from '../sampling';
import { gramOf } from '../subspace';
import type { ExemplarOrigin } from './level-model';

/** `subspace`: farthest-first on the self-representation cost; `kCenter`: PatchCore's coreset; `random`. */
export type SamplerName = 'subspace' | 'kCenter' | 'random';

export const samplerNames: readonly SamplerName[] = ['subspace', 'kCenter', 'random'];

/** What one datum of the memory bank is: a whole image, a position of all images, or a patch of any image. */
export type Granularity = 'image' | 'position' | 'patch';

export const granularities: readonly Granularity[] = ['image', 'position', 'patch'];

/** How exemplars are chosen. */
export interface BankOptions extends LongWork {
  sampler: SamplerName;
  exemplars: number;
  /** Weight of the squared error in subspace sampling's cost. */
  lambda?: number;
  seed?: number;
}

/**
 * Chooses the exemplars of a memory bank at the reference level: whole images (also for `position`) by their maps' inner
 * products, or patches by their features.
 *
 * @throws RangeError when there are fewer data than exemplars; Error when the sampler is unknown
 */
export async function sampleBank(
  reference: FeatureMaps,
  granularity: Granularity,
  { sampler, ...options }: BankOptions,
): Promise<{ sampling: Sampling; origins: ExemplarOrigin[] }> {
  if (!samplerNames.includes(sampler))
    throw new Error(`sampler is ${sampler}; expected one of ${samplerNames.join(', ')}`);
  if (granularity === 'patch') {
    const sample = { subspace: subspaceSampling, kCenter, random: randomSampling }[sampler];
    const sampling = await sample(reference.features, { ...options, coverage: false });
    const positions = reference.height * reference.width;
    const origins = Array.from(sampling.indices, (row) => ({
      image: Math.floor(row / positions),
      position: row % positions,
    }));
    return { sampling, origins };
  }
  const sample = { subspace: subspaceSamplingOfGram, kCenter: kCenterOfGram, random: randomSamplingOfGram }[
    sampler
  ];
  const sampling = await sample(await gramOf(imagesAsRows(reference)), options);
  return { sampling, origins: Array.from(sampling.indices, (image) => ({ image, position: null })) };
}
