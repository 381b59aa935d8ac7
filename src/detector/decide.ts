/** How a threshold's decisions agree with labels; fractions in [0, 1], undefined where there is nothing to divide by. */
export interface Decisions {
  /** Of what is called anomalous, the fraction that is. */
  precision?: number;
  /** Of what is anomalous, the fraction that is found. */
  recall?: number;
  f1?: number;
  /** Of what is nominal, the fraction that is called anomalous. */
  falseAlarms?: number;
}

/**
 * Counts what lies at or above a threshold.
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
