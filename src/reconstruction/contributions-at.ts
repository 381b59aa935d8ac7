import { integerIn } from '../base';
import { granularities, type Place } from './granularity';
import { exemplarSetOf, type LevelReconstruction, type ReconstructorState } from './reconstructor';

/** An exemplar's part in a reconstructed feature. */
export interface Contribution extends Place {
  /** Index of the atom among the codes' columns. */
  atom: number;
  coefficient: number;
}

/**
 * The exemplars that reconstruct one position, `x ≈ Σ coefficient · exemplar`: where each is taken from at the position's level, and
 * its coefficient, the largest magnitude first.
 *
 * @param reconstruction one level of the result of `reconstructor.reconstruct`
 * @param place the image of the batch, and the position in its map
 * @returns an entry per nonzero coefficient
 * @throws RangeError when the position is not in the map
 * @example
 * ```ts
 * const features = featureMatrixFrom([[1, 0], [0, 1], [2, 0], [0, 3]]);
 * const nominal = [{ level: 1, count: 2, height: 1, width: 2, features }];
 * const reconstructor = await fitReconstructor(nominal, { solver: nearest() });
 * const [level] = await reconstructor.reconstruct(nominal);
 * contributionsAt(reconstructor, level, { image: 1, row: 0, column: 1 })
 * // [{ image: 1, row: 0, column: 1, atom: 1, coefficient: 1 }]
 * ```
 */
export function contributionsAt(
  reconstructor: ReconstructorState,
  reconstruction: LevelReconstruction,
  place: Place,
): Contribution[] {
  const { codes, height, width, count } = reconstruction;
  integerIn({ image: place.image }, [0, count - 1]);
  integerIn({ row: place.row }, [0, height - 1]);
  integerIn({ column: place.column }, [0, width - 1]);
  const granularity = granularities[reconstructor.granularity];
  const placeOf = granularity.placesOf(reconstruction, exemplarSetOf(reconstructor));
  const row = granularity.codeRow(place, reconstruction);
  const contributions: Contribution[] = [];
  for (let entry = codes.rowStarts[row]; entry < codes.rowStarts[row + 1]; entry++) {
    const origin = placeOf(codes.indices[entry], { row: place.row, column: place.column });
    if (origin)
      contributions.push({ ...origin, atom: codes.indices[entry], coefficient: codes.values[entry] });
  }
  return contributions.sort((a, b) => Math.abs(b.coefficient) - Math.abs(a.coefficient));
}
