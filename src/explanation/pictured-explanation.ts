/** An exemplar in an explanation. */
export interface ExplainedPart {
  coefficient: number;
  picture: string;
  name: string;
  /** Size of the residual when this exemplar may not be used; absent for the less important ones. */
  without?: number;
}

/** A position as a combination of exemplars, with pictures as data URLs. */
export interface PicturedExplanation {
  title: string;
  target: string;
  parts: readonly ExplainedPart[];
  /** Nonzero coefficients in all. */
  count: number;
  residual: number;
  /** Whether the coefficients are those of whole images, one set for all positions, and not of this position alone. */
  isOfWholeImage?: boolean;
  nearest?: { picture: string; name: string; distance: number };
}
