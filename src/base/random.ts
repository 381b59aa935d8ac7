import { integerIn, invalid } from './check';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded stream of random numbers; the same seed gives the same stream on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Uniform integer in [0, bound). */
  integer(bound: number): number;
  /** Standard normal. */
  normal(): number;
}

/**
 * Starts a random stream (xoroshiro128+; normals by Box and Muller, 1958).
 *
 * @param seed any integer in [-2^31, 2^32)
 * @throws RangeError when the seed is not such an integer
 */
export function createRandom(seed: number): Random {
  if (!Number.isInteger(seed) || seed < -(2 ** 31) || seed >= 2 ** 32)
    throw invalid({ seed }, 'an integer in [-2^31, 2^32)');
  const generator = xoroshiro128plus(seed | 0);
  const uniform = () => uniformFloat64(generator);
  let spare: number | undefined;
  return {
    uniform,
    between: (low, high) => low + (high - low) * uniform(),
    integer: (bound) => Math.floor(uniform() * bound),
    normal() {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
  };
}

/**
 * Draws `count` distinct integers of [0, bound) in random order (Fisher and Yates).
 *
 * @throws RangeError when count is not an integer in [0, bound]
 */
export function sampleWithoutReplacement(bound: number, count: number, random: Random): Uint32Array {
  integerIn({ count }, [0, bound]);
  const order = Uint32Array.from({ length: bound }, (_, index) => index);
  for (let position = 0; position < count; position++) {
    const other = position + random.integer(bound - position);
    const value = order[position];
    order[position] = order[other];
    order[other] = value;
  }
  return order.slice(0, count);
}
