import { createRandom } from '../../base';
import { createFeatureMatrix, type FeatureMatrix } from '../../matrix';
import type { Sampling } from '../../sampling';
import type { ExemplarOptions } from './granularity';

/** Rows of one matrix above those of another. */
export function stacked(upper: FeatureMatrix, lower: FeatureMatrix): FeatureMatrix {
  const both = createFeatureMatrix(upper.rows + lower.rows, upper.cols);
  both.data.set(upper.data);
  both.data.set(lower.data, upper.data.length);
  return both;
}

/**
 * Random exemplars of more images: a share of the old ones stays, and the new ones are drawn, each in proportion to its images.
 *
 * @returns indices of old exemplars, followed by those of new entries counted from the number of old ones
 */
export function drawShares(
  { kept, entries, share }: { kept: number; entries: number; share: number },
  { exemplars, seed = 0 }: Pick<ExemplarOptions, 'exemplars' | 'seed'>,
): Sampling {
  const fresh = Math.min(entries, Math.max(exemplars - kept, Math.round(share * exemplars)));
  const random = createRandom(seed);
  const draw = (from: number, count: number) => {
    const all = Array.from({ length: from }, (_, at) => at);
    for (let at = 0; at < count; at++) {
      const other = at + random.integer(from - at);
      [all[at], all[other]] = [all[other], all[at]];
    }
    return all.slice(0, count);
  };
  const indices = Uint32Array.from([
    ...draw(kept, exemplars - fresh),
    ...draw(entries, fresh).map((entry) => kept + entry),
  ]);
  return { indices, costs: new Float64Array(exemplars).fill(Number.NaN), solves: 0 };
}
