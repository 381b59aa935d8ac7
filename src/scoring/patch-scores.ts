import { type FeatureMatrix, rowDistancesFrom, rowOf, selectRows } from '../matrix';
import type { RebuiltMaps, ResidualMaps } from '../reconstruction';

/**
 * Image scores as PatchCore's authors compute them: the largest residual of an image's patches.
 *
 * @returns a score per image
 * @see Roth et al., CVPR 2022, and their code
 */
export function patchScores(maps: ResidualMaps): Float32Array {
  return Float32Array.from(peaksOf(maps), (at) => maps.residuals[at]);
}

/** The number of exemplars that weigh a score: the nearest one and those around it. */
export const scoreNeighbours = 9;

/**
 * Image scores as the PatchCore paper and anomalib compute them: the largest residual of an image's patches, times
 * `1 - softmax(d)₁` for the distances d of that patch to the exemplars that are nearest to its nearest exemplar, which comes
 * first. Where exemplars are dense the score hardly changes; a patch near an isolated exemplar counts more.
 *
 * @param rebuilt a level whose codes have one exemplar per position, as the solver `nearest` gives
 * @param exemplars the memory bank at this level, `[exemplars, channels]`
 * @returns a score per image
 * @see Roth et al., CVPR 2022, equation 7
 */
export function neighbourScores(rebuilt: RebuiltMaps, exemplars: FeatureMatrix): Float32Array {
  const { target, codes, residuals } = rebuilt;
  return Float32Array.from(peaksOf(rebuilt), (at) => {
    const nearest = rowOf(exemplars, codes.indices[codes.rowStarts[at]]);
    const around = rowDistancesFrom(exemplars, nearest);
    const order = Array.from(around.keys()).sort((a, b) => around[a] - around[b]);
    const distances = rowDistancesFrom(
      selectRows(exemplars, order.slice(0, scoreNeighbours)),
      rowOf(target, at),
    );
    const largest = Math.max(...distances);
    const powers = Array.from(distances, (distance) => Math.exp(distance - largest));
    return residuals[at] * (1 - powers[0] / powers.reduce((sum, power) => sum + power, 0));
  });
}

/** The position with the largest residual in every image, among those that are not ignored, counted over all images. */
function peaksOf({
  count,
  residuals,
  ignored,
}: Pick<ResidualMaps, 'count' | 'residuals' | 'ignored'>): number[] {
  const positions = residuals.length / count;
  return Array.from({ length: count }, (_, image) => {
    const start = image * positions;
    let peak = -1;
    for (let at = start; at < start + positions; at++)
      if (!ignored?.[at - start] && (peak < 0 || residuals[at] > residuals[peak])) peak = at;
    return peak;
  });
}
