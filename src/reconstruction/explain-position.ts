import { type FeatureMaps, positionFeatures } from '../features';
import { rowDistancesFrom, rowOf } from '../matrix';
import { type Contribution, contributionsAt } from './contributions-at';
import { granularities, type Place } from './granularity';
import { exemplarSetOf, type LevelReconstruction, type Reconstructor } from './reconstructor';

/** An exemplar's part in a position, and what happens when it may not be used. */
export interface ExplainedContribution extends Contribution {
  /** Size of the position's residual when this exemplar may not be used; absent for the smaller coefficients. */
  without?: number;
}

/** A position of a test image as a combination of exemplars. */
export interface PositionExplanation {
  row: number;
  column: number;
  /** An entry per nonzero coefficient, the largest magnitude first. */
  parts: ExplainedContribution[];
  /** Size of the residual. */
  residual: number;
  /** PatchCore's view: the exemplar whose feature here is nearest, and its Euclidean distance. Null without exemplars. */
  nearest: (Place & { distance: number }) | null;
}

/**
 * Explains one position of an image: `x = Σ coefficient · exemplar + residual`, what the residual becomes when one of the exemplars
 * with the largest coefficients is left out, and the nearest exemplar beside it.
 *
 * @param maps the image's features at all levels, as they were extracted
 * @param rebuilt one level of their reconstruction by `reconstructor.reconstruct`
 * @param place the position in the level's map, and how many exemplars are left out in turn, default 3
 * @throws RangeError when the position is not in the map
 * @example
 * ```ts
 * const features = featureMatrixFrom([[1, 0], [0, 1], [2, 0], [0, 3]]);
 * const nominal = [{ level: 1, count: 2, height: 1, width: 2, features }];
 * const reconstructor = await fitReconstructor(nominal, { metric: 'euclidean', solver: nearest() });
 * const image = [{ ...nominal[0], count: 1, features: featureMatrixFrom([[2, 0], [0, 3]]) }];
 * const [rebuilt] = await reconstructor.reconstruct(image);
 * const { residual, parts } = await explainPosition(reconstructor, image, rebuilt, { row: 0, column: 1 });
 * [residual, parts[0].without] // [0, 2]
 * ```
 */
export async function explainPosition(
  reconstructor: Reconstructor,
  maps: readonly FeatureMaps[],
  rebuilt: LevelReconstruction,
  { row, column, leftOut = 3 }: { row: number; column: number; leftOut?: number },
): Promise<PositionExplanation> {
  const parts: ExplainedContribution[] = contributionsAt(reconstructor, rebuilt, { image: 0, row, column });
  const at = row * rebuilt.width + column;
  for (const part of parts.slice(0, leftOut)) {
    const levels = await reconstructor.reconstruct(maps, part.atom);
    part.without = levels.find(({ level }) => level === rebuilt.level)!.residuals[at];
  }
  const nearest = nearestExemplar(reconstructor, rebuilt, { row, column });
  return { row, column, parts, residual: rebuilt.residuals[at], nearest };
}

/** The exemplar whose normalized feature is nearest: of the same position where exemplars are images, else of any. */
function nearestExemplar(
  reconstructor: Reconstructor,
  rebuilt: LevelReconstruction,
  { row, column }: { row: number; column: number },
): (Place & { distance: number }) | null {
  if (reconstructor.origins.length === 0) return null;
  const { exemplars } = reconstructor.bank.find(({ level }) => level === rebuilt.level)!;
  const { keepsImages, placesOf } = granularities[reconstructor.granularity];
  const at = row * rebuilt.width + column;
  const count = reconstructor.origins.length;
  const candidates = keepsImages
    ? positionFeatures({ ...rebuilt, count, features: exemplars }, at)
    : exemplars;
  const distances = rowDistancesFrom(candidates, rowOf(rebuilt.target, at));
  const distance = distances.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const best = distances.indexOf(distance);
  if (keepsImages) return { image: reconstructor.origins[best].image, row, column, distance };
  const place = placesOf(rebuilt, exemplarSetOf(reconstructor))(best, { row, column });
  return place && { ...place, distance };
}
