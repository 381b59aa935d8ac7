import { createRandom, numberIn, sampleWithoutReplacement } from '../../base';

/** How nominal images are divided where a data set does not say. */
export interface NominalSplit {
  /** Fraction of the nominal images that is for training, in (0, 1). */
  trainFraction?: number;
  /** Seed of the random choice. Default 0. */
  seed?: number;
}

/**
 * For each of `count` nominal images, whether it is for training.
 *
 * @throws RangeError when the fraction is not in (0, 1) or leaves no image to train on
 */
export function chooseTraining(count: number, { trainFraction, seed }: Required<NominalSplit>): boolean[] {
  numberIn({ trainFraction }, { above: 0, below: 1 });
  const training = Math.round(count * trainFraction);
  if (training === 0)
    throw new RangeError(`trainFraction ${trainFraction} of ${count} nominal images leaves none to train on`);
  const chosen = new Set(sampleWithoutReplacement(count, training, createRandom(seed)));
  return Array.from({ length: count }, (_, index) => chosen.has(index));
}
