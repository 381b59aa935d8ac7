import {
  createExtractor,
  type EngineName,
  extractorLevels,
  type ExtractorLevel,
  levelWords,
  type Network,
} from '../features';
import type { Weights } from '../matrix';
import { type Reconstructor, reconstructorFromTensors, restoreReconstructor } from '../reconstruction';
import { solverOf } from '../subspace';
import { parseBankMetadata } from './bank-schema';
import type { Configuration } from '../configuration';
import { createDetector, type Detector, type DetectorState } from './detector';
import { fileFormat, fileVersion } from './encode-detector';
import { bankFiles } from './files';
import { networkOf } from './fit-detector';
import { solverConfigOf } from '../configuration';

/** Parameters of {@link loadDetector}. */
export interface LoadDetectorOptions {
  /** Weights file of the backbone that the detector was fitted with. */
  weights?: string;
  /** The backbone's network, where it is loaded already. */
  network?: Network;
  /** The engine that runs the backbone. Default `auto`. */
  engine?: EngineName;
  /** Parameters that the detector must have been fitted with. */
  expected?: Partial<Configuration>;
}

/**
 * Reads a detector that `detector.save` wrote; its maps are exactly those of the detector that was saved.
 *
 * @param path the file
 * @param options weights of the backbone, where it has any, and parameters that the detector must have been fitted with
 * @returns the detector; `dispose` frees its native memory
 * @throws Error naming the file and what differs when it is not a whole detector of this format version, was fitted with other
 *   parameters than expected, or with other weights than those given
 * @example
 * ```ts
 * const detector = await fitDetector([0, 1, 2].map((seed) => drawSynthetic('nut', { seed, size: 64 }).image), { size: 64 });
 * await detector.save('nut.safetensors');
 * (await loadDetector('nut.safetensors')).configuration.size // 64
 * ```
 */
export async function loadDetector(path: string, options: LoadDetectorOptions = {}): Promise<Detector> {
  const { engine = 'auto', expected = {} } = options;
  const state = await decodeDetector(await bankFiles.get().read(path), path);
  const { configuration } = state;
  const differences = Object.entries(expected).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(configuration[key as keyof Configuration]),
  );
  if (differences.length > 0) {
    const words = differences.map(
      ([key, value]) =>
        `${key} is ${JSON.stringify(configuration[key as keyof Configuration])}, expected ${JSON.stringify(value)}`,
    );
    throw new Error(`${path} was fitted with another configuration: ${words.join('; ')}`);
  }
  const network =
    options.network ?? (await networkOf({ backbone: configuration.backbone, weights: options.weights }));
  if (network.weightsSha256 !== state.weightsSha256) {
    throw new Error(
      `${path} was fitted with ${configuration.backbone} weights of SHA-256 ${state.weightsSha256}; those given have ${network.weightsSha256}: give the weights it was fitted with`,
    );
  }
  checkLevels(state, network, path);
  return createDetector(state, await createExtractor(network, { ...configuration, engine }));
}

async function decodeDetector({ tensors, metadata }: Weights, path: string): Promise<DetectorState> {
  if (metadata.format !== fileFormat)
    throw new Error(`${path} is not a memory bank: save one with \`spanlab run --bank\` or detector.save`);
  if (metadata.format_version !== fileVersion) {
    throw new Error(
      `${path} has format version ${metadata.format_version}, this version of spanlab reads ${fileVersion}: fit the bank again`,
    );
  }
  try {
    const { reconstructors: summaries, ...parsed } = parseBankMetadata(metadata);
    const reconstructors: Reconstructor[] = [];
    for (const summary of summaries) {
      const solver = solverOf(solverConfigOf(parsed.configuration, summary.granularity));
      reconstructors.push(await restoreReconstructor(reconstructorFromTensors(tensors, summary), solver));
    }
    return { ...parsed, reconstructors };
  } catch (cause) {
    throw new Error(`cannot use memory bank ${path}: ${(cause as Error).message}`, { cause });
  }
}

/** Compares what the network gives with what the bank holds, before anything is computed. */
function checkLevels({ configuration, reconstructors }: DetectorState, network: Network, path: string): void {
  const shapeOf = ({ level, height, width, channels }: Omit<ExtractorLevel, 'placement'>) =>
    `${levelWords(level)}: ${width}x${height}x${channels}`;
  const expected = extractorLevels(network, configuration).map(shapeOf).join(', ');
  for (const { bank, granularity } of reconstructors) {
    const held = bank.map(shapeOf).join(', ');
    if (held !== expected)
      throw new Error(
        `cannot use memory bank ${path}: its ${granularity} exemplars have ${held}; ${configuration.backbone} at its size gives ${expected}`,
      );
  }
}
