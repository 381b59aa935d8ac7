import { type FeatureMatrix, rowDistancesFrom, rowOf } from '../../matrix';
import {
  fusionOffset,
  leastFused,
  levelShares,
  scoreNeighbours,
  topCount,
  upsamplingMatrix,
} from '../../scoring';
import { ignoredPixels, mapSizeOf, modelledWeights, type SizedConfiguration } from '../../configuration';
import type { Placement } from '../../features';
import { leastValue, usedPixels } from '../score-batches';
import type { LevelSteps } from './level-steps';
import { replaced } from './replaced';
import type { Steps } from './steps';

/** Adds the anomaly map, `[batch, height, width]`; those of several granularities are fused as {@link fuseMaps} does. */
export function addMap(
  steps: Steps,
  levels: readonly LevelSteps[],
  placements: readonly Placement[],
  configuration: SizedConfiguration,
): string {
  const own = (start: number) => levels.slice(start, start + placements.length);
  const starts = configuration.granularities.map((_, index) => index * placements.length);
  const maps = starts.map((start) => addOwnMap(steps, own(start), placements, configuration));
  const map =
    maps.length === 1
      ? maps[0]
      : addFusion(
          steps,
          maps,
          starts.map((start) => levels[start].level),
        );
  const ignored = ignoredPixels(configuration);
  if (!ignored) return map;
  const calibrations = starts.map((start) => ({
    calibration: own(start).map(({ level }) => level.calibration),
  }));
  const { width, height, data } = ignored;
  return replaced(steps, map, data, [height, width], leastValue(calibrations, configuration));
}

/** Adds the weighted geometric mean of the maps of several granularities. */
function addFusion(steps: Steps, maps: readonly string[], levels: readonly LevelSteps['level'][]): string {
  const parts = levels.map(({ calibration }) => calibration);
  const total = parts.reduce((sum, { weight = 1 }) => sum + weight, 0);
  const logarithms = parts.map(({ weight = 1, spread = 1 }, index) => {
    const scaled = steps.do('Div', [maps[index], steps.scalar(spread)]);
    const shifted = steps.do('Add', [scaled, steps.scalar(fusionOffset)]);
    const logarithm = steps.do('Log', [steps.do('Max', [shifted, steps.scalar(leastFused)])]);
    return steps.do('Mul', [logarithm, steps.scalar(weight / total)]);
  });
  return logarithms.reduce((sum, map) => steps.do('Add', [sum, map]));
}

/** Adds the anomaly map of one granularity: residuals in units of nominal ones, upsampled, smoothed and averaged. */
function addOwnMap(
  steps: Steps,
  levels: readonly LevelSteps[],
  placements: readonly Placement[],
  configuration: SizedConfiguration,
): string {
  const { sigma } = configuration;
  const { width, height } = mapSizeOf(configuration);
  const calibration = levels.map(({ level }) => level.calibration);
  const shares = levelShares(calibration, modelledWeights(configuration));
  const maps = levels.map(({ level, residuals }, at) => {
    const { mean, standardDeviation } = level.calibration;
    const placement = placements[at];
    const centred = steps.do('Sub', [residuals, steps.scalar(mean)]);
    const grid = steps.do('Mul', [centred, steps.scalar(shares[at] / standardDeviation)]);
    const rows = upsamplingMatrix(level.height, height, { placement: placement.y, sigma });
    const columns = upsamplingMatrix(level.width, width, { placement: placement.x, sigma });
    const across = steps.do('Transpose', [steps.floats([width, level.width], columns)], { perm: [1, 0] });
    const wide = steps.do('MatMul', [grid, across]);
    return steps.do('MatMul', [steps.floats([height, level.height], rows), wide]);
  });
  return maps.reduce((sum, map) => steps.do('Add', [sum, map]));
}

/** Adds the image scores, `[batch]`, of the map or of the residuals of the only level. */
export function addScore(
  steps: Steps,
  map: string,
  [level]: readonly LevelSteps[],
  configuration: SizedConfiguration,
): string {
  const flat = (values: string) => steps.do('Reshape', [values, steps.integers(0, -1)]);
  if (configuration.imageScore === 'map') {
    const { width, height } = mapSizeOf(configuration);
    const ignored = ignoredPixels(configuration);
    const count = topCount(configuration.topFraction, ignored ? usedPixels(ignored) : width * height);
    const [largest] = steps.doMany('TopK', [flat(map), steps.integers(count)], 2, { axis: -1 });
    return steps.do('ReduceMean', [largest], { axes: [-1], keepdims: 0 });
  }
  const residuals = flat(level.residuals);
  const largest = steps.do('ReduceMax', [residuals], { axes: [-1], keepdims: 0 });
  return configuration.imageScore === 'patch' ? largest : addNeighbours(steps, residuals, largest, level);
}

/** The largest residual, weighted by the exemplars around the nearest one. */
function addNeighbours(
  steps: Steps,
  residuals: string,
  largest: string,
  { level, target, nearest }: LevelSteps,
): string {
  const { exemplars, channels, height, width } = level;
  const peaks = steps.do('ArgMax', [residuals], { axis: -1, keepdims: 1 });
  const own = steps.do('GatherND', [target, peaks], { batch_dims: 1 });
  const perImage = steps.do('Reshape', [nearest!, steps.integers(-1, height * width)]);
  const closest = steps.do('GatherND', [perImage, peaks], { batch_dims: 1 });
  const around = aroundEach(exemplars);
  const count = around.length / exemplars.rows;
  const table = steps.do('Reshape', [steps.integers(...around), steps.integers(exemplars.rows, count)]);
  const places = steps.do('Gather', [table, closest], { axis: 0 });
  const atoms = steps.do('Gather', [steps.floats([exemplars.rows, channels], exemplars.data), places], {
    axis: 0,
  });
  const apart = steps.do('Sub', [steps.do('Unsqueeze', [own, steps.integers(1)]), atoms]);
  const distances = steps.do('ReduceL2', [apart], { axes: [-1], keepdims: 0 });
  const powers = steps.do('Softmax', [distances], { axis: -1 });
  const first = steps.do('Gather', [powers, steps.integers(0)], { axis: 1 });
  const weight = steps.do('Sub', [steps.scalar(1), steps.do('Reshape', [first, steps.integers(-1)])]);
  return steps.do('Mul', [largest, weight]);
}

/** For every exemplar the indices of those that are nearest to it, itself first. */
function aroundEach(exemplars: FeatureMatrix): number[] {
  const count = Math.min(scoreNeighbours, exemplars.rows);
  return Array.from({ length: exemplars.rows }, (_, index) => {
    const distances = rowDistancesFrom(exemplars, rowOf(exemplars, index));
    const order = Array.from(distances.keys()).sort((a, b) => distances[a] - distances[b]);
    return order.slice(0, count);
  }).flat();
}
