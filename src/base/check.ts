import { shown } from './shown';

/** A value under the name by which the user knows it, e.g. `{ exemplars }`. */
type Named<Value> = Readonly<Record<string, Value>>;

/**
 * The error for a value that is not allowed.
 *
 * @param expected what would be allowed, without `expected`
 */
export function invalid(named: Named<unknown>, expected: string): RangeError {
  const [[name, value]] = Object.entries(named);
  return new RangeError(`${name} is ${shown(value)}; expected ${expected}`);
}

/**
 * Checks that a value is an integer in `[least, largest]`.
 *
 * @param why the origin of the bounds, appended to the error
 * @returns the value
 * @throws RangeError naming the value and the range
 */
export function integerIn(
  named: Named<number>,
  [least, largest = Infinity]: readonly [number, number?],
  why = '',
): number {
  const [value] = Object.values(named);
  if (Number.isInteger(value) && value >= least && value <= largest) return value;
  const range =
    largest < Infinity
      ? `an integer in [${least}, ${largest}]`
      : least === 1
        ? 'a positive integer'
        : `an integer >= ${least}`;
  throw invalid(named, why ? `${range}, ${why}` : range);
}

/** An interval of numbers; its open end may be infinite. */
export interface Interval {
  /** Excluded lower bound. */
  above?: number;
  /** Included lower bound. */
  from?: number;
  /** Excluded upper bound. */
  below?: number;
  /** Included upper bound. */
  to?: number;
}

/**
 * Checks that a value is a finite number in an interval.
 *
 * @param why the meaning of the bounds, appended to the error
 * @returns the value
 * @throws RangeError naming the value and the interval
 */
export function numberIn(named: Named<number>, interval: Interval, why = ''): number {
  const [value] = Object.values(named);
  const { above = -Infinity, from = -Infinity, below = Infinity, to = Infinity } = interval;
  if (Number.isFinite(value) && value > above && value >= from && value < below && value <= to) return value;
  const range = describe(interval);
  throw invalid(named, why ? `${range}, ${why}` : range);
}

function describe({ above, from, below, to }: Interval): string {
  const low = above !== undefined ? `(${above}` : from !== undefined ? `[${from}` : '(-Infinity';
  if (below === undefined && to === undefined) {
    return `a finite number ${above !== undefined ? `> ${above}` : `>= ${from}`}`;
  }
  return `a number in ${low}, ${below !== undefined ? `${below})` : `${to}]`}`;
}

/**
 * Checks that a value is an odd positive integer, such as the side of a neighbourhood with a centre.
 *
 * @throws RangeError naming the value
 */
export function oddInteger(named: Named<number>, largest = Infinity): number {
  const [value] = Object.values(named);
  if (Number.isInteger(value) && value >= 1 && value <= largest && value % 2 === 1) return value;
  throw invalid(named, largest < Infinity ? `an odd integer in [1, ${largest}]` : 'an odd positive integer');
}

/**
 * Checks that a value is one of the known ones.
 *
 * @throws RangeError naming the value and those known
 */
export function oneOf<Known extends string>(named: Named<string>, known: readonly Known[]): Known {
  const [value] = Object.values(named);
  if ((known as readonly string[]).includes(value)) return value as Known;
  throw invalid(named, `one of ${known.join(', ')}`);
}
