import { moments } from '../base';

/** Steps of the integral over an angle; an even number. */
const steps = 2000;

/**
 * The value that a further one exceeds with a chosen probability, where all are drawn from one normal distribution whose mean and
 * deviation are known by these values only: `mean + t s √(1 + 1/n)` with the deviation s of the sample and the quantile t of Student's
 * distribution with n - 1 degrees of freedom.
 *
 * @param values at least 2
 * @param rate the probability, in (0, 1)
 * @see Hahn and Meeker, Statistical Intervals, 1991, section 4.2
 */
export function predictionLimit(values: ArrayLike<number>, rate: number): number {
  const n = values.length;
  const { mean, standardDeviation } = moments(values);
  const deviation = standardDeviation * Math.sqrt(n / (n - 1));
  return mean + studentQuantile(n - 1, rate) * deviation * Math.sqrt(1 + 1 / n);
}

/** The t that Student's distribution exceeds with a probability, by bisection of the angle θ with `t = √ν tan θ`, whose density is proportional to `cos^(ν-1) θ`. */
export function studentQuantile(degrees: number, tail: number): number {
  const mass = (from: number) => {
    const step = (Math.PI / 2 - from) / steps;
    let sum = 0;
    for (let at = 0; at <= steps; at++) {
      const factor = at === 0 || at === steps ? 1 : at % 2 === 1 ? 4 : 2;
      sum += factor * Math.cos(from + at * step) ** (degrees - 1);
    }
    return (sum * step) / 3;
  };
  const whole = 2 * mass(0);
  let [low, high] = [-Math.PI / 2, Math.PI / 2];
  for (let turn = 0; turn < 60; turn++) {
    const middle = (low + high) / 2;
    if (mass(middle) > tail * whole) low = middle;
    else high = middle;
  }
  return Math.sqrt(degrees) * Math.tan(low);
}
