import { Heap } from 'heap-js';
import { createRandom, invalid, numberIn, pause, stopIfAborted } from '../base';
import { assertFinite, type FeatureMatrix } from '../matrix';
import type { Gram } from '../subspace';
import { createCostBounds } from './cost-bounds';
import { type ExemplarProducts, productsOfFeatures, productsOfGram } from './exemplar-products';
import { checkExemplars, type Sampling, type SamplingOptions } from './sampling';

/** Parameters of {@link subspaceSampling}. */
export interface SubspaceSamplingOptions extends SamplingOptions {
  /** Weight of the squared error in the self-representation cost, > 1 for unit-norm features. Default 50. */
  lambda?: number;
  /** Index of the first exemplar. Default: chosen by the seed. */
  start?: number;
}

/** A sampling, with the number of certificates that its search used. */
export interface SubspaceSampling extends Sampling {
  /** Costs that a dual certificate showed to be unchanged, without a solve. */
  certificates: number;
}

/**
 * Subspace-based sampling: farthest-first search on the self-representation cost `f(x, S) = min_c ‖c‖₁ + λ/2 ‖x - X_S c‖²` of
 * unit-norm features. The next exemplar is always the feature of largest cost; of equal costs the one of lower index.
 *
 * The search is lazy and exact. Costs never grow, so the last known one bounds the present one, and only features at the top of
 * a heap of bounds are looked at. Any coefficients give a bound: the last ones are improved by one round of descent, which mostly
 * takes a feature off the top; one that comes up again is solved. Its dual point then certifies its cost against further exemplars:
 * it is unchanged by an exemplar v when `|<v, lambda (x - X_S c)>| <= 1`.
 *
 * A zero feature has no direction: it is never picked.
 *
 * @param features `[n, d]`; scaled to unit norm here
 * @param options the number of exemplars, λ, the seed or the index of the first one, progress and signal
 * @returns indices in the order of picking, and the largest cost after each pick
 * @see You, Li, Robinson, Vidal, ECCV 2018, algorithm 2
 * @throws RangeError when a value is not finite, `exemplars` exceeds the features with a direction, `lambda` is not above 1,
 *   or `start` is not an index of a feature with a direction
 * @example
 * ```ts
 * const { features } = toySubspaces({ points: 100 }); // a plane in R³
 * const { costs } = await subspaceSampling(features, { exemplars: 2, lambda: 50 });
 * costs[1] < 2 // true: two exemplars reconstruct every point
 * ```
 */
export async function subspaceSampling(
  features: FeatureMatrix,
  options: SubspaceSamplingOptions,
): Promise<SubspaceSampling> {
  assertFinite(features, 'features');
  checkExemplars(options.exemplars, features.rows);
  return farthestFirst((exemplars) => productsOfFeatures(features, exemplars), options);
}

/**
 * {@link subspaceSampling} of data that are known by their Gram matrix alone, such as whole images.
 *
 * @throws RangeError as {@link subspaceSampling} does, and when a squared norm is negative or not finite
 */
export async function subspaceSamplingOfGram(
  gram: Gram,
  options: SubspaceSamplingOptions,
): Promise<SubspaceSampling> {
  return farthestFirst(() => productsOfGram(gram), options);
}

async function farthestFirst(
  prepare: (exemplars: number) => ExemplarProducts,
  options: SubspaceSamplingOptions,
): Promise<SubspaceSampling> {
  const { exemplars, lambda = 50, onProgress, signal } = options;
  numberIn({ lambda }, { above: 1 }, 'below which no unit-norm feature is represented');
  const products = prepare(exemplars);
  const candidates = candidatesOf(products);
  checkExemplars(exemplars, candidates.length);
  const start = startOf(products, candidates, options);
  const search = createCostBounds(products, { exemplars, lambda });
  const { bounds } = search;
  const costs = new Float64Array(exemplars);
  const heap = new Heap<number>((a, b) => bounds[b] - bounds[a] || a - b);
  search.add(start);
  heap.init(candidates.filter((index) => index !== start));
  for (let size = 1; ; size++) {
    stopIfAborted(signal);
    for (let top = heap.peek(); top !== undefined && !search.isExact(top); top = heap.peek()) {
      search.refresh(top);
      heap.replace(top);
    }
    const farthest = heap.peek();
    costs[size - 1] = farthest === undefined ? 1 - 1 / (2 * lambda) : bounds[farthest];
    onProgress?.({ stage: 'exemplars', done: size, total: exemplars });
    if (size === exemplars || farthest === undefined) break;
    heap.pop();
    search.add(farthest);
    if (size % 16 === 15) await pause();
  }
  return { indices: search.indices, costs, ...search.work() };
}

/** Features with a direction. */
function candidatesOf({ count, hasDirection }: ExemplarProducts): number[] {
  const candidates: number[] = [];
  for (let index = 0; index < count; index++) if (hasDirection(index)) candidates.push(index);
  if (candidates.length === 0)
    throw new RangeError(`all ${count} features are zero; there is nothing to sample: check the images`);
  return candidates;
}

function startOf(
  { count, hasDirection }: ExemplarProducts,
  candidates: readonly number[],
  { start, seed = 0 }: SubspaceSamplingOptions,
): number {
  if (start === undefined) return candidates[createRandom(seed).integer(candidates.length)];
  if (!Number.isInteger(start) || start < 0 || start >= count || !hasDirection(start))
    throw invalid({ start }, `the index of a nonzero feature in [0, ${count})`);
  return start;
}
