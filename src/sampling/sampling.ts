import { integerIn, type LongWork, pause, stopIfAborted } from '../base';

/** The options of every sampler. */
export interface SamplingOptions extends LongWork {
  /** Number of exemplars to pick, a positive integer, at most the number of features. */
  exemplars: number;
  /** Seed of the first pick and of random projections. Default 0. */
  seed?: number;
}

/** The result of every sampler. */
export interface Sampling {
  /** Indices of the exemplars in the order of picking. */
  indices: Uint32Array;
  /**
   * After each pick, how badly the worst feature is covered: the largest self-representation cost for `subspace`, the
   * largest distance to an exemplar for `kCenter` and `random`.
   */
  costs: Float64Array;
  /** Number of costs that were solved or distances that were computed. */
  solves: number;
}

/**
 * Checks the number of exemplars.
 *
 * @throws RangeError when `exemplars` is not an integer in [1, count]
 */
export function checkExemplars(exemplars: number, count: number): void {
  integerIn({ exemplars }, [1, count], 'the number of features');
}

/** Picks exemplars one by one, with progress and a way to stop. */
export async function oneByOne(options: SamplingOptions, pick: (size: number) => void): Promise<void> {
  const { exemplars, onProgress, signal } = options;
  for (let size = 0; size < exemplars; size++) {
    stopIfAborted(signal);
    pick(size);
    onProgress?.({ stage: 'exemplars', done: size + 1, total: exemplars });
    if (size % 16 === 15) await pause();
  }
}
