/** How a threshold's decisions agree with labels; fractions in [0, 1], undefined where the denominator is zero. */
export interface Decisions {
  /** Fraction of the images or pixels called anomalous that are anomalous. */
  precision?: number;
  /** Fraction of the anomalous images or pixels that are called anomalous. */
  recall?: number;
  f1?: number;
  /** Fraction of the nominal images or pixels that are called anomalous: the false-positive rate. */
  falseAlarms?: number;
}

/**
 * Compares scores with a threshold: those at or above it are called anomalous.
 *
 * @param parts scores and labels, nonzero or true where anomalous
 */
export function decide(
  parts: readonly { scores: ArrayLike<number>; labels: ArrayLike<number | boolean> }[],
  threshold: number,
): Decisions {
  let [trues, falses, anomalous, nominal] = [0, 0, 0, 0];
  for (const { scores, labels } of parts) {
    for (let index = 0; index < scores.length; index++) {
      const called = scores[index] >= threshold ? 1 : 0;
      if (labels[index]) {
        anomalous++;
        trues += called;
      } else {
        nominal++;
        falses += called;
      }
    }
  }
  const fraction = (part: number, whole: number) => (whole > 0 ? part / whole : undefined);
  return {
    precision: fraction(trues, trues + falses),
    recall: fraction(trues, anomalous),
    f1: fraction(2 * trues, trues + falses + anomalous),
    falseAlarms: fraction(falses, nominal),
  };
}
