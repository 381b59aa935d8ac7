import { quantile } from '../base';

/** Probability with which images like the nominal ones are called different. */
const level = 0.01;
/** Fraction of images without labels that is taken to be good, at least. */
const leastGood = 0.5;

/** Scores of test images, and whether they are good where that is known. */
interface Tested {
  scores: ArrayLike<number>;
  /** Whether labels say that all of them are good. Else at least half are taken to be. */
  areGood: boolean;
}

/**
 * One sentence where test images lie outside the nominal ones: where fewer of their scores are below the median of the left-out nominal
 * scores than good images would have, by the {@link precedenceProbability} at 0.01. Anomalous images among them lower no score, so that without labels only
 * half of the images are taken to be good, and none of the others to score below the median.
 *
 * @param nominal scores of nominal images that were left out
 * @returns undefined where nothing is to be said
 */
export function driftNotice(nominal: ArrayLike<number>, { scores, areGood }: Tested): string | undefined {
  if (nominal.length === 0 || scores.length === 0) return undefined;
  const median = quantile(nominal, 0.5);
  const rank = Array.from(nominal).filter((score) => score < median).length + 1;
  const below = Array.from(scores).filter((score) => score < median).length;
  const good = areGood ? scores.length : Math.ceil(leastGood * scores.length);
  const probability = precedenceProbability(below, { good, nominal: nominal.length, rank });
  if (probability > level) return undefined;
  const whose = areGood ? `${scores.length} good test images` : `${scores.length} images`;
  const meaning = areGood
    ? 'they differ from the nominal ones'
    : 'unless more than half of them are anomalous, they differ from the nominal ones';
  return `${below} of ${whose} score below the median of the nominal images (precedence test, p = ${probability.toPrecision(1)}): ${meaning}, say in light, focus or position, so that the thresholds do not hold; fit the memory bank again with images like them`;
}

/**
 * The probability that at most `below` of `good` further scores lie below the `rank`-th smallest of `nominal` scores, when all are drawn
 * from one continuous distribution, whichever it is (negative hypergeometric).
 *
 * @see Nelson, Technometrics 5, 1963; Balakrishnan and Ng, Precedence-Type Tests and Applications, 2006
 */
export function precedenceProbability(
  below: number,
  { good, nominal, rank }: { good: number; nominal: number; rank: number },
): number {
  let sum = 0;
  for (let count = 0; count <= Math.min(below, good); count++)
    sum += Math.exp(
      logChoose(count + rank - 1, count) +
        logChoose(good - count + nominal - rank, good - count) -
        logChoose(good + nominal, good),
    );
  return Math.min(1, sum);
}

function logChoose(from: number, chosen: number): number {
  let sum = 0;
  for (let at = 1; at <= chosen; at++) sum += Math.log((from - chosen + at) / at);
  return sum;
}
