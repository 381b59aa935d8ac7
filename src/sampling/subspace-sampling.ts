import { Heap } from 'heap-js';
import { assertFinite, type FeatureMatrix } from '../features';
import { createRandom } from '../images';
import { type ActiveSet, activeSetDescent, type Gram } from '../subspace';
import { type PairwiseProducts, unitProductsOfFeatures, unitProductsOfGram } from './pairwise';
import { checkExemplars, type Sampling, type SamplingOptions } from './sampling';

/** Parameters of {@link subspaceSampling}. */
export interface SubspaceSamplingOptions extends SamplingOptions {
  /** Weight of the squared error in the self-representation cost, > 1 for unit-norm features. Default 50. */
  lambda?: number;
  /** Index of the first exemplar. Default: chosen by the seed. */
  start?: number;
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
 * a heap of bounds are looked at. Their dual points certify a cost without solving: it is unchanged by an exemplar v when
 * `|<v, lambda (x - X_S c)>| <= 1`. What must be solved starts from the last solution.
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
export function subspaceSampling(
  features: FeatureMatrix,
  options: SubspaceSamplingOptions,
): Promise<Sampling> {
  assertFinite(features, 'features');
  return farthestFirst(unitProductsOfFeatures(features), options);
}

/** {@link subspaceSampling} of data that are known by their Gram matrix alone, such as whole images. */
export function subspaceSamplingOfGram(gram: Gram, options: SubspaceSamplingOptions): Promise<Sampling> {
  return farthestFirst(unitProductsOfGram(gram), options);
}

/** What is known of a feature since it was last looked at. */
interface Known {
  /** Inner products with the first `seen` exemplars. */
  own: Float64Array;
  seen: number;
  active: ActiveSet;
  /** Number of exemplars for which `cost` is right. */
  current: number;
}

async function farthestFirst(
  products: PairwiseProducts,
  options: SubspaceSamplingOptions,
): Promise<Sampling> {
  const { exemplars, lambda = 50, seed = 0, onProgress, signal } = options;
  const { count } = products;
  if (!(lambda > 1 && lambda < Number.POSITIVE_INFINITY)) {
    throw new RangeError(
      `lambda is ${lambda}; expected a finite number > 1, below which no unit-norm feature is represented`,
    );
  }
  const candidates: number[] = [];
  for (let index = 0; index < count; index++) if (products.hasDirection(index)) candidates.push(index);
  checkExemplars(exemplars, candidates.length);
  const start = options.start ?? candidates[createRandom(seed).integer(candidates.length)];
  if (!Number.isInteger(start) || start < 0 || start >= count || !products.hasDirection(start)) {
    throw new RangeError(`start is ${start}; expected the index of a nonzero feature in [0, ${count})`);
  }

  const gram = new Float64Array(exemplars * exemplars);
  const descend = activeSetDescent(gram, exemplars);
  const indices = new Uint32Array(exemplars);
  const costs = new Float64Array(exemplars);
  const bounds = new Float64Array(count).fill(lambda / 2);
  const known: (Known | undefined)[] = new Array(count);
  let size = 0;
  let solves = 0;

  const add = (index: number) => {
    for (let other = 0; other < size; other++) {
      const value = products.product(index, indices[other]);
      gram[size * exemplars + other] = value;
      gram[other * exemplars + size] = value;
    }
    gram[size * exemplars + size] = 1;
    indices[size++] = index;
    bounds[index] = Number.NEGATIVE_INFINITY;
    known[index] = undefined;
  };

  /** Brings the cost of a feature up to date. */
  const refresh = (index: number): void => {
    const state = known[index] ?? unknown();
    known[index] = state;
    if (state.own.length < size) {
      const grown = new Float64Array(Math.min(exemplars, 2 * size));
      grown.set(state.own.subarray(0, state.seen));
      state.own = grown;
    }
    const { own, active } = state;
    for (; state.seen < size; state.seen++) own[state.seen] = products.product(index, indices[state.seen]);
    let certified = true;
    for (let exemplar = state.current; exemplar < size && certified; exemplar++) {
      let correlation = own[exemplar];
      for (let i = 0; i < active.size; i++) {
        correlation -= active.coefficients[i] * gram[exemplar * exemplars + active.atoms[i]];
      }
      certified = Math.abs(correlation) * lambda <= 1;
    }
    state.current = size;
    if (certified) return;
    solves++;
    if (active.atoms.length < size) enlarge(active, Math.min(exemplars, size + 32));
    const problem = { own, squaredNorm: 1, atoms: size, l1: 1 / lambda, l2: 0, excluded: -1 };
    descend(problem, active, costTolerance / 2, maxRounds);
    bounds[index] = Math.min(bounds[index], lambda * objective(own, active, gram, exemplars, 1 / lambda));
  };

  const heap = new Heap<number>((a, b) => bounds[b] - bounds[a] || a - b);
  add(start);
  heap.init(candidates.filter((index) => index !== start));
  for (;;) {
    signal?.throwIfAborted();
    for (;;) {
      const top = heap.peek();
      if (top === undefined || known[top]?.current === size) break;
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
  return { indices, costs, solves };
}

function unknown(): Known {
  const active = { size: 0, atoms: new Uint32Array(0), coefficients: new Float64Array(0) };
  return { own: new Float64Array(8), seen: 0, active, current: 0 };
}

function enlarge(active: ActiveSet, capacity: number): void {
  const { atoms, coefficients } = active;
  active.atoms = new Uint32Array(capacity);
  active.coefficients = new Float64Array(capacity);
  active.atoms.set(atoms.subarray(0, active.size));
  active.coefficients.set(coefficients.subarray(0, active.size));
}

/** `l1 |c|_1 + 1/2 |x - X c|^2` of a unit-norm x. */
function objective(
  own: Float64Array,
  { size, atoms, coefficients }: ActiveSet,
  gram: Float64Array,
  stride: number,
  l1: number,
): number {
  let value = 0.5;
  for (let i = 0; i < size; i++) {
    let quadratic = 0;
    for (let j = 0; j < size; j++) quadratic += coefficients[j] * gram[atoms[i] * stride + atoms[j]];
    value += coefficients[i] * (quadratic / 2 - own[atoms[i]]) + l1 * Math.abs(coefficients[i]);
  }
  return value;
}
