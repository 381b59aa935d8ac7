import { integerIn, invalid } from './check';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

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
 * Starts a random stream: xoroshiro128+ whose 128 bits of state are four outputs of SplitMix32 started at the seed, so that the
 * streams of neighbouring seeds have nothing in common from their first draw on. Normals are those of Box and Muller, 1958.
 *
 * @param seed any integer in [-2^31, 2^32); a negative one gives the stream of `seed + 2^32`
 * @returns a stream that is the same on every machine
 * @throws RangeError when the seed is not such an integer
 * @example
 * ```ts
 * const { integer, normal } = createRandom(3);
 * [integer(6) < 6, Number.isFinite(normal())] // [true, true]
 * ```
 * @see Blackman and Vigna, arXiv 1805.01407, who advise SplitMix for seeding; Steele, Lea and Flood, OOPSLA 2014
 */
export function createRandom(seed: number): Random {
  if (!Number.isInteger(seed) || seed < -(2 ** 31) || seed >= 2 ** 32)
    throw invalid({ seed }, 'an integer in [-2^31, 2^32)');
  const generator = xoroshiro128plusFromState(splitMix(seed, 4));
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

/** Outputs of SplitMix32: a Weyl sequence, mixed by the 32-bit finalizer of MurmurHash3. */
function splitMix(seed: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    let word = (seed + Math.imul(index + 1, 0x9e3779b9)) | 0;
    word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    return word ^ (word >>> 16);
  });
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
