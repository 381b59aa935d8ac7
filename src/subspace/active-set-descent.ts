/** `1/2 |x - X c|^2 + l1 |c|_1 + l2/2 |c|^2`, by inner products. */
export interface DescentProblem {
  /** `X^T x`, at least `atoms` values. */
  own: ArrayLike<number>;
  squaredNorm: number;
  atoms: number;
  l1: number;
  l2: number;
  /** An atom that may not be used, or -1. */
  excluded: number;
}

/** The atoms in use and their coefficients; also what the next solution starts from. */
export interface ActiveSet {
  size: number;
  atoms: Uint32Array;
  coefficients: Float64Array;
}

/** Violating atoms that enter the active set per round, the largest first. */
const entrantsPerRound = 8;

/**
 * Prepares active-set descent over a dictionary's Gram matrix, which may grow between calls.
 *
 * @param gram the Gram matrix of the first atoms is in its upper left corner
 * @param stride values per row of `gram`, and the largest number of atoms
 * @returns a function that solves a problem from `active`, into `active`, until the duality gap is at most `gapLimit` or
 *   after `maxRounds` of growing the active set, and gives the gap and `X^T (x - X c)`
 */
export function activeSetDescent(gram: Float64Array, stride: number) {
  const correlations = new Float64Array(stride);
  const isActive = new Uint8Array(stride);
  let capacity = 64;
  let local = new Float64Array(capacity * capacity);
  let factor = new Float64Array(capacity * capacity);
  let localCorrelations = new Float64Array(capacity);
  let target = new Float64Array(capacity);
  let support = new Uint32Array(capacity);

  return (problem: DescentProblem, active: ActiveSet, gapLimit: number, maxRounds: number) => {
    const { own, atoms, l1, excluded } = problem;
    let rounds = 0;
    let gap = Number.POSITIVE_INFINITY;
    for (;;) {
      correlate(own, atoms, active);
      gap = dualityGap(problem, active);
      if (gap <= gapLimit || rounds >= maxRounds) break;
      dropZeros(active);
      for (let i = 0; i < active.size; i++) isActive[active.atoms[i]] = 1;
      enter(atoms, excluded, l1, active);
      for (let i = 0; i < active.size; i++) isActive[active.atoms[i]] = 0;
      minimise(problem, active);
      rounds++;
    }
    dropZeros(active);
    return { gap, correlations };
  };

  function correlate(
    own: ArrayLike<number>,
    atoms: number,
    { size, atoms: chosen, coefficients }: ActiveSet,
  ): void {
    for (let atom = 0; atom < atoms; atom++) correlations[atom] = own[atom];
    for (let i = 0; i < size; i++) {
      const value = coefficients[i];
      if (value === 0) continue;
      for (let atom = 0, at = chosen[i] * stride; atom < atoms; atom++)
        correlations[atom] -= value * gram[at++];
    }
  }

  function enter(atoms: number, excluded: number, l1: number, active: ActiveSet): void {
    let entered = 0;
    while (entered < entrantsPerRound && active.size < active.atoms.length) {
      let best = -1;
      let largest = l1;
      for (let atom = 0; atom < atoms; atom++) {
        const value = Math.abs(correlations[atom]);
        if (value > largest && !isActive[atom] && atom !== excluded && gram[atom * stride + atom] > 0) {
          largest = value;
          best = atom;
        }
      }
      if (best < 0) break;
      active.atoms[active.size] = best;
      active.coefficients[active.size++] = 0;
      isActive[best] = 1;
      entered++;
    }
  }

  /**
   * Minimises over the active set alone: a sweep of coordinate descent settles the signs of what entered, then Newton steps
   * stay within the signs' orthant.
   */
  function minimise({ own, l1, l2 }: DescentProblem, active: ActiveSet): void {
    const { size, atoms: chosen, coefficients } = active;
    if (size > capacity) {
      capacity = 2 * size;
      local = new Float64Array(capacity * capacity);
      factor = new Float64Array(capacity * capacity);
      localCorrelations = new Float64Array(capacity);
      target = new Float64Array(capacity);
      support = new Uint32Array(capacity);
    }
    for (let i = 0; i < size; i++) {
      localCorrelations[i] = correlations[chosen[i]];
      for (let j = 0; j < size; j++) local[i * size + j] = gram[chosen[i] * stride + chosen[j]];
    }
    sweep(size, coefficients, l1, l2);
    newton(own, active, l1, l2);
  }

  function sweep(size: number, coefficients: Float64Array, l1: number, l2: number): void {
    for (let i = 0; i < size; i++) {
      const norm = local[i * size + i];
      const old = coefficients[i];
      const pull = localCorrelations[i] + old * norm;
      const shrunk = pull > l1 ? pull - l1 : pull < -l1 ? pull + l1 : 0;
      const step = shrunk / (norm + l2) - old;
      if (step === 0) continue;
      coefficients[i] = old + step;
      for (let j = 0, at = i * size; j < size; j++) localCorrelations[j] -= step * local[at++];
    }
  }

  /**
   * Goes to the minimum among coefficients of the present signs; one that reaches zero on the way stays there, and the rest
   * go on.
   */
  function newton(
    own: ArrayLike<number>,
    { size, atoms: chosen, coefficients }: ActiveSet,
    l1: number,
    l2: number,
  ): void {
    for (;;) {
      let count = 0;
      let dependent = false;
      for (let i = 0; i < size; i++) if (coefficients[i] !== 0) support[count++] = i;
      for (let row = 0; row < count; row++) {
        const at = row * capacity;
        for (let col = 0; col <= row; col++) {
          let value = local[support[row] * size + support[col]] + (row === col ? l2 : 0);
          for (let k = 0; k < col; k++) value -= factor[at + k] * factor[col * capacity + k];
          if (row === col) {
            dependent = !(value > 1e-10 * local[support[row] * (size + 1)]);
            if (dependent) break;
            factor[at + row] = Math.sqrt(value);
          } else {
            factor[at + col] = value / factor[col * capacity + col];
          }
        }
        if (dependent) {
          shedAlongNullSpace(row, coefficients);
          break;
        }
        let value = own[chosen[support[row]]] - l1 * Math.sign(coefficients[support[row]]);
        for (let k = 0; k < row; k++) value -= factor[at + k] * target[k];
        target[row] = value / factor[at + row];
      }
      if (dependent) continue;
      for (let row = count - 1; row >= 0; row--) {
        let value = target[row];
        for (let k = row + 1; k < count; k++) value -= factor[k * capacity + row] * target[k];
        target[row] = value / factor[row * capacity + row];
      }
      let share = 1;
      let blocking = -1;
      for (let row = 0; row < count; row++) {
        const old = coefficients[support[row]];
        if (old * target[row] > 0) continue;
        const reach = old / (old - target[row]);
        if (reach < share) {
          share = reach;
          blocking = support[row];
        }
      }
      for (let row = 0; row < count; row++)
        coefficients[support[row]] += share * (target[row] - coefficients[support[row]]);
      if (blocking < 0) return;
      coefficients[blocking] = 0;
    }
  }

  /**
   * Atom `row` of the support depends on those before it: there is a direction that leaves `X c` as it is. Follows it towards
   * a smaller `|c|_1` until a coefficient is zero.
   */
  function shedAlongNullSpace(row: number, coefficients: Float64Array): void {
    for (let i = row - 1; i >= 0; i--) {
      let value = factor[row * capacity + i];
      for (let k = i + 1; k < row; k++) value += factor[k * capacity + i] * target[k];
      target[i] = -value / factor[i * capacity + i];
    }
    target[row] = 1;
    let slope = 0;
    for (let i = 0; i <= row; i++) slope += Math.sign(coefficients[support[i]]) * target[i];
    const way = slope > 0 ? -1 : 1;
    let reach = Number.POSITIVE_INFINITY;
    let blocking = support[row];
    for (let i = 0; i <= row; i++) {
      const old = coefficients[support[i]];
      if (old * way * target[i] >= 0) continue;
      const distance = -old / (way * target[i]);
      if (distance < reach) {
        reach = distance;
        blocking = support[i];
      }
    }
    if (reach < Number.POSITIVE_INFINITY) {
      for (let i = 0; i <= row; i++) coefficients[support[i]] += reach * way * target[i];
    }
    coefficients[blocking] = 0;
  }

  /** With the elastic net seen as a LASSO on augmented data (Fercoq, Gramfort, Salmon, ICML 2015). */
  function dualityGap(
    { own, squaredNorm, atoms, l1, l2, excluded }: DescentProblem,
    active: ActiveSet,
  ): number {
    let dualNorm = 0;
    for (let atom = 0; atom < atoms; atom++) {
      if (atom !== excluded && Math.abs(correlations[atom]) > dualNorm)
        dualNorm = Math.abs(correlations[atom]);
    }
    let fit = 0;
    let quadratic = 0;
    let absolute = 0;
    let square = 0;
    for (let i = 0; i < active.size; i++) {
      const atom = active.atoms[i];
      const value = active.coefficients[i];
      fit += value * own[atom];
      quadratic += value * (own[atom] - correlations[atom]);
      absolute += Math.abs(value);
      square += value * value;
    }
    if (l2 > 0) dualNorm = augmentedDualNorm(atoms, excluded, l2, active);
    const residual = Math.max(0, squaredNorm - 2 * fit + quadratic);
    const scale = dualNorm > l1 ? l1 / dualNorm : 1;
    const shared = 0.5 * (1 + scale * scale) * (residual + l2 * square);
    return shared + l1 * absolute - scale * (squaredNorm - fit);
  }

  function augmentedDualNorm(atoms: number, excluded: number, l2: number, active: ActiveSet): number {
    for (let i = 0; i < active.size; i++) correlations[active.atoms[i]] -= l2 * active.coefficients[i];
    let largest = 0;
    for (let atom = 0; atom < atoms; atom++) {
      if (atom !== excluded) largest = Math.max(largest, Math.abs(correlations[atom]));
    }
    for (let i = 0; i < active.size; i++) correlations[active.atoms[i]] += l2 * active.coefficients[i];
    return largest;
  }
}

function dropZeros(active: ActiveSet): void {
  let kept = 0;
  for (let i = 0; i < active.size; i++) {
    if (active.coefficients[i] === 0) continue;
    active.atoms[kept] = active.atoms[i];
    active.coefficients[kept++] = active.coefficients[i];
  }
  active.size = kept;
}
