import { addNetwork, extractorLevels, type Network, withPatchFeatures } from '../../features';
import { sidesOf } from '../../images';
import { createOnnxGraph } from '../../matrix';
import { type Configuration, mapSizeOf, solverConfigOf, withoutMachine } from '../../configuration';
import type { DetectorState } from '../detector';
import { addLevel, type LevelSteps } from './level-steps';
import { exportableSolvers, isExportable } from './rebuild-steps';
import { addMap, addScore } from './score-steps';
import { createSteps } from './steps';

/** Bytes that one ONNX file can hold. */
const largestModel = 2 ** 31 - 2 ** 20;

/**
 * Writes a detector as one ONNX model (opset 17): network, memory bank, anomaly map and image score, for programs that do not run
 * spanlab. Input `rgb` is `[batch, height, width, 3]` of the configuration's size, values in [0, 1]; outputs are `map`
 * `[batch, height, width]` and `score` `[batch]`, those of `detector.score` up to rounding. The model's metadata hold the thresholds
 * and the configuration.
 *
 * Ridge regression becomes a projection `x ↦ Eᵀ E x`; the nearest exemplars are sorted out by TopK and gathered, and the small systems of
 * local ridge are solved by Gauss-Jordan elimination.
 *
 * @param network the backbone's, with the weights that the detector was fitted with
 * @throws RangeError naming the parameter that a graph cannot hold, and what it can
 * @example
 * ```ts
 * const nominal = [0, 1, 2].map((seed) => drawSynthetic('nut', { seed, size: 64 }).image);
 * const detector = await fitDetector(nominal, { backbone: 'scattering', size: 64 });
 * const model = await exportDetector(detector, await loadBackbone('scattering'));
 * model.length > 10_000 // true
 * ```
 */
export async function exportDetector(state: DetectorState, network: Network): Promise<Uint8Array> {
  const { configuration, reconstructors, thresholds } = state;
  checkExportable(state);
  const size = sidesOf(configuration.size);
  const graph = createOnnxGraph();
  const features = addNetwork(graph, withPatchFeatures(network, configuration), size);
  const steps = createSteps(graph);
  const levels: LevelSteps[] = [];
  for (const reconstructor of reconstructors) {
    const solver = solverConfigOf(configuration, reconstructor.granularity);
    for (const [index, level] of reconstructor.bank.entries())
      levels.push(await addLevel(steps, features[index].name, level, reconstructor, solver));
  }
  const placements = extractorLevels(network, configuration).map(({ placement }) => placement);
  const map = addMap(steps, levels, placements, configuration);
  const score = addScore(steps, map, levels, configuration);
  graph.add({ type: 'Identity', input: [map], output: 'map' });
  graph.add({ type: 'Identity', input: [score], output: 'score' });
  const { width, height } = mapSizeOf(configuration);
  return graph.encode(
    [{ name: 'rgb', dims: ['batch', size.height, size.width, 3] }],
    [
      { name: 'map', dims: ['batch', height, width] },
      { name: 'score', dims: ['batch'] },
    ],
    {
      ...{ pixel_threshold: String(thresholds.pixel), image_threshold: String(thresholds.image) },
      configuration: JSON.stringify(withoutMachine(configuration)),
    },
  );
}

function checkExportable({ configuration, reconstructors }: DetectorState): void {
  const refuse = (what: string, expected: string) => {
    throw new RangeError(`an ONNX model cannot hold ${what}; expected ${expected}`);
  };
  const { granularities, tile, size } = configuration;
  for (const granularity of granularities) {
    const config = solverConfigOf(configuration, granularity);
    if (!isExportable(config))
      refuse(`the solver ${config.name}, which iterates`, `one of ${exportableSolvers.join(', ')}`);
  }
  const { width, height } = sidesOf(size);
  if (tile !== undefined && tile < Math.max(width, height))
    refuse(`tiles of ${tile} pixels of an image of ${width}x${height}`, 'whole images: fit without --tile');
  if (configuration.imageScore === 'neighbours' && !granularities.includes('patch'))
    refuse(`the image score neighbours of ${granularities.join()}`, 'patch, or the image score patch or map');
  if (configuration.ignore && configuration.imageScore !== 'map')
    refuse(`an ignored region with the image score ${configuration.imageScore}`, 'the image score map');
  const bytes = reconstructors.reduce((sum, one) => sum + one.bytes, 0) * windowFactor(configuration);
  if (bytes > largestModel)
    refuse(`${(bytes / 1e9).toFixed(1)} GB of exemplars`, 'at most 2 GB: fit with fewer exemplars or levels');
}

/** How much larger a dictionary of all positions is than the exemplars. */
function windowFactor({ granularities, window }: Configuration): number {
  return granularities.includes('position') ? window ** 2 : 1;
}
