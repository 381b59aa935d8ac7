import { activeSetDescent } from '../subspace';
import type { ExemplarProducts } from './exemplar-products';

/** Upper bounds on the self-representation costs of unit-norm features, over exemplars of which there are more and more. */
interface CostBounds {
  /** Exemplars in the order of picking. */
  indices: Uint32Array;
  /** For every feature its bound; minus infinity for an exemplar. */
  bounds: Float64Array;
  /** Makes a feature the next exemplar. */
  add(index: number): void;
  /** Whether a feature's bound is its cost over the exemplars so far. */
  isExact(index: number): boolean;
  /** Lowers a feature's bound by one round of descent or, when it had that for these exemplars, to its cost. */
  refresh(index: number): void;
  /** Numbers of solves, each a round of descent or a full one, and of dual certificates so far. */
  work(): { solves: number; certificates: number };
}

/** The state of a feature since its bound was last lowered. */
interface Known {
  /** Its last active set: `size` pairs of atom and coefficient. */
  active: Float64Array;
  size: number;
  /** Number of exemplars that its bound takes into account. */
  current: number;
  /** Whether the bound was its cost when it was last solved. */
  exact: boolean;
}

/** How far a cost may be from its optimum, as a fraction of `lambda / 2`. */
const costTolerance = 1e-10;
const maxRounds = 10_000;
const empty = new Float64Array(0);

/** Starts without an exemplar, with all bounds at `lambda / 2`. */
export function createCostBounds(
  products: ExemplarProducts,
  { exemplars, lambda }: { exemplars: number; lambda: number },
): CostBounds {
  const descent = activeSetDescent(exemplars);
  const { gram, own, stride } = descent;
  const l1 = 1 / lambda;
  const indices = new Uint32Array(exemplars);
  const bounds = new Float64Array(products.count).fill(lambda / 2);
  const known: (Known | undefined)[] = new Array(products.count);
  let size = 0;
  const work = { solves: 0, certificates: 0 };
  return {
    indices,
    bounds,
    add(index) {
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
    },
    isExact: (index) => known[index]?.exact === true && known[index]!.current === size,
    refresh(index) {
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
        work.certificates++;
        return;
      }
      work.solves++;
      const problem = { atoms: size, squaredNorm: 1, l1, l2: 0, excluded: -1 };
      state.size = descent.solve(problem, state.size, costTolerance / 2, looked ? maxRounds : 1);
      state.exact = descent.lastGap() <= costTolerance / 2 || looked;
      if (state.active.length < 2 * state.size) state.active = new Float64Array(2 * state.size + 8);
      for (let i = 0; i < state.size; i++) {
        state.active[2 * i] = descent.atoms[i];
        state.active[2 * i + 1] = descent.coefficients[i];
      }
      bounds[index] = Math.min(bounds[index], lambda * descent.objective(state.size, l1));
    },
    work: () => ({ ...work }),
  };
}
