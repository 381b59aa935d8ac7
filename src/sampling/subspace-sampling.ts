import { Heap } from 'heap-js';
import { assertFinite, type FeatureMatrix } from '../features';
import { createRandom } from '../images';
import { activeSetDescent, type Gram } from '../subspace';
import { type ExemplarProducts, productsOfFeatures, productsOfGram } from './pairwise';
import { checkExemplars, type Sampling, type SamplingOptions } from './sampling';

/** Parameters of {@link subspaceSampling}. */
export interface SubspaceSamplingOptions extends SamplingOptions {
  /** Weight of the squared error in the self-representation cost, > 1 for unit-norm features. Default 50. */
  lambda?: number;
  /** Index of the first exemplar. Default: chosen by the seed. */
  start?: number;
}

/** A sampling, and what the search took. */
export interface SubspaceSampling extends Sampling {
  /** Costs that a dual certificate showed to be unchanged, without a solve. */
  certificates: number;
}

/** How far a cost may be from its optimum, as a share of `lambda / 2`. */
const costTolerance = 1e-10;
const maxRounds = 10_000;

/**
 * Subspace-based sampling: farthest-first search on the self-representation cost
 * `f(x, S) = min_c |c|_1 + lambda/2 |x - X_S c|^2` of unit-norm features (exemplar-based subspace clustering: You, Li,
 * Robinson, Vidal, ECCV 2018, algorithm 2). The next exemplar is always the feature of largest cost; of equal costs the one of
 * lower index.
 *
 * The search is lazy and exact. Costs never grow, so the last known one bounds the present one, and only features at the top of
 * a heap of bounds are looked at. Any coefficients give a bound: the last ones are improved by one round of descent, which mostly
 * takes a feature off the top; one that comes up again is solved. Its dual point then certifies its cost against further exemplars:
 * it is unchanged by an exemplar v when `|<v, lambda (x - X_S c)>| <= 1`.
 *
 * A zero feature has no direction: it is never picked.
 *
 * @param features `[n, d]`; scaled to unit norm here
 * @throws RangeError when a value is not finite, `exemplars` exceeds the features with a direction, `lambda` is not above 1,
 *   or `start` is not an index of a feature with a direction
 * @example
 * ```ts
 * const { indices, costs } = await subspaceSampling(features, { exemplars: 100, lambda: 50 });
 * const dictionary = selectRows(features, indices);
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

/** {@link subspaceSampling} of data that are known by their Gram matrix alone, such as whole images. */
export async function subspaceSamplingOfGram(
  gram: Gram,
  options: SubspaceSamplingOptions,
): Promise<SubspaceSampling> {
  return farthestFirst(() => productsOfGram(gram), options);
}

/** What is known of a feature since it was last looked at. */
interface Known {
  /** Its last active set: `size` pairs of atom and coefficient. */
  active: Float64Array;
  size: number;
  /** Number of exemplars that its bound takes into account. */
  current: number;
  /** Whether the bound was its cost when it was last solved. */
  exact: boolean;
}

async function farthestFirst(
  prepare: (exemplars: number) => ExemplarProducts,
  options: SubspaceSamplingOptions,
): Promise<SubspaceSampling> {
  const { exemplars, lambda = 50, seed = 0, onProgress, signal } = options;
  if (!(lambda > 1 && lambda < Number.POSITIVE_INFINITY)) {
    throw new RangeError(
      `lambda is ${lambda}; expected a finite number > 1, below which no unit-norm feature is represented`,
    );
  }
  const products = prepare(exemplars);
  const { count } = products;
  const candidates: number[] = [];
  for (let index = 0; index < count; index++) if (products.hasDirection(index)) candidates.push(index);
  if (candidates.length === 0) {
    throw new RangeError(`all ${count} features are zero; there is nothing to sample: check the images`);
  }
  checkExemplars(exemplars, candidates.length);
  const start = options.start ?? candidates[createRandom(seed).integer(candidates.length)];
  if (!Number.isInteger(start) || start < 0 || start >= count || !products.hasDirection(start)) {
    throw new RangeError(`start is ${start}; expected the index of a nonzero feature in [0, ${count})`);
  }

  const descent = activeSetDescent(exemplars);
  const { gram, own, stride } = descent;
  const l1 = 1 / lambda;
  const indices = new Uint32Array(exemplars);
  const costs = new Float64Array(exemplars);
  const bounds = new Float64Array(count).fill(lambda / 2);
  const known: (Known | undefined)[] = new Array(count);
  let size = 0;
  let solves = 0;
  let certificates = 0;

  const add = (index: number) => {
    products.add(index);
    indices[size++] = index;
    products.write(index, own);
    for (let other = 0; other < size - 1; other++) {
      gram[(size - 1) * stride + other] = own[other];
      gram[other * stride + size - 1] = own[other];
    }
    gram[(size - 1) * (stride + 1)] = 1;
    bounds[index] = Number.NEGATIVE_INFINITY;
    known[index] = undefined;
  };

  /** Lowers the bound of a feature by one round of descent or, when it had that for these exemplars, to its cost. */
  const refresh = (index: number): void => {
    const state = (known[index] ??= { active: empty, size: 0, current: 0, exact: false });
    products.write(index, own);
    for (let i = 0; i < state.size; i++) {
      descent.atoms[i] = state.active[2 * i];
      descent.coefficients[i] = state.active[2 * i + 1];
    }
    const looked = state.current === size;
    const certified = state.exact && !looked && descent.certify(state.current, size, state.size, l1);
    state.current = size;
    if (certified) {
      certificates++;
      return;
    }
    solves++;
    const problem = { atoms: size, squaredNorm: 1, l1, l2: 0, excluded: -1 };
    state.size = descent.solve(problem, state.size, costTolerance / 2, looked ? maxRounds : 1);
    state.exact = descent.lastGap() <= costTolerance / 2 || looked;
    if (state.active.length < 2 * state.size) state.active = new Float64Array(2 * state.size + 8);
    for (let i = 0; i < state.size; i++) {
      state.active[2 * i] = descent.atoms[i];
      state.active[2 * i + 1] = descent.coefficients[i];
    }
    bounds[index] = Math.min(bounds[index], lambda * descent.objective(state.size, l1));
  };

  const heap = new Heap<number>((a, b) => bounds[b] - bounds[a] || a - b);
  add(start);
  heap.init(candidates.filter((index) => index !== start));
  for (;;) {
    signal?.throwIfAborted();
    for (;;) {
      const top = heap.peek();
      if (top === undefined || (known[top]?.exact && known[top]!.current === size)) break;
      refresh(top);
      heap.replace(top);
    }
    const farthest = heap.peek();
    costs[size - 1] = farthest === undefined ? 1 - 1 / (2 * lambda) : bounds[farthest];
    onProgress?.({ stage: 'exemplars', done: size, total: exemplars });
    if (size === exemplars || farthest === undefined) break;
    heap.pop();
    add(farthest);
    if (size % 16 === 0) await new Promise(setImmediate);
  }
  return { indices, costs, solves, certificates };
}

const empty = new Float64Array(0);
