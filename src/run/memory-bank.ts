import { encodeSafetensors, type Network, readSafetensors } from '../features';
import { writeFileAtomically } from '../images';
import {
  type Reconstructor,
  reconstructorFromTensors,
  reconstructorToTensors,
  restoreReconstructor,
} from '../reconstruction';
import { solverOf } from '../subspace';
import { type Configuration, checkConfiguration, withoutMachine } from './configuration';
import type { CategoryResult } from './experiment';
import { heatRange } from './result-files';

/** All that scoring an image needs, but the backbone's weights. */
export interface MemoryBank {
  /** What it was fitted with. */
  configuration: Configuration;
  /** Of the backbone's weights file; null for a backbone without weights. */
  weightsSha256: string | null;
  /** Paths of the training images; the exemplars' origins count them. */
  training: readonly string[];
  thresholds: {
    /** Map value at and above which a pixel is predicted anomalous. */
    pixel: number;
    /** Image score at and above which an image is; null where the test images did not tell. */
    image: number | null;
  };
  /** Map values that heat colours span. */
  heatRange: readonly [number, number];
  reconstructor: Reconstructor;
  /**
   * Writes the bank as one safetensors file, whole or not at all.
   *
   * @throws Error naming the path when it cannot be written
   */
  save(path: string): Promise<void>;
}

/** Changes when a file of this version cannot be read any more. */
const formatVersion = '1';
const format = 'spanlab memory bank';

/** The bank of an experiment's category. */
export function memoryBankOf(
  result: CategoryResult,
  configuration: Configuration,
  network: Network,
): MemoryBank {
  return memoryBank({
    configuration,
    weightsSha256: network.weightsSha256 ?? null,
    training: result.training,
    thresholds: { pixel: result.threshold, image: result.image?.threshold ?? null },
    heatRange: heatRange(result),
    reconstructor: result.reconstructor,
  });
}

function memoryBank(parts: Omit<MemoryBank, 'save'>): MemoryBank {
  return {
    ...parts,
    async save(path) {
      const { configuration, weightsSha256, training, thresholds, reconstructor } = parts;
      const { tensors, summary } = reconstructorToTensors(reconstructor);
      const metadata = {
        format,
        format_version: formatVersion,
        backbone: configuration.backbone,
        weights_sha256: weightsSha256 ?? '',
        configuration: JSON.stringify(withoutMachine(configuration)),
        training: JSON.stringify(training),
        thresholds: JSON.stringify(thresholds),
        heat_range: JSON.stringify(parts.heatRange),
        reconstructor: summary,
      };
      await writeFileAtomically(path, encodeSafetensors(tensors, metadata));
    },
  };
}

/**
 * Reads a memory bank.
 *
 * @param path a file that `save` wrote
 * @param expected parts of a configuration that the bank must have been fitted with
 * @throws Error naming the file and what differs when it is not a whole bank of this format version or was fitted with another
 *   configuration than expected
 */
export async function loadBank(path: string, expected: Partial<Configuration> = {}): Promise<MemoryBank> {
  const { tensors, metadata } = await readSafetensors(path);
  const fail = (what: string): never => {
    throw new Error(`${path}: ${what}`);
  };
  if (metadata.format !== format) fail('is not a memory bank: save one with `spanlab run --bank`');
  if (metadata.format_version !== formatVersion) {
    fail(
      `has format version ${metadata.format_version}, this version of spanlab reads ${formatVersion}: fit the bank again`,
    );
  }
  try {
    const json = (name: string) => JSON.parse(metadata[name] ?? fail(`metadata ${name} are missing`));
    const configuration: Configuration = { ...json('configuration'), weights: null, engine: 'auto' };
    checkConfiguration(configuration);
    const differences = Object.entries(expected).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(configuration[key as keyof Configuration]),
    );
    if (differences.length > 0) {
      const words = differences.map(
        ([key, value]) =>
          `${key} is ${JSON.stringify(configuration[key as keyof Configuration])}, expected ${JSON.stringify(value)}`,
      );
      throw new Error(`was fitted with another configuration: ${words.join('; ')}`);
    }
    const saved = reconstructorFromTensors(tensors, metadata.reconstructor ?? '');
    return memoryBank({
      configuration,
      weightsSha256: metadata.weights_sha256 || null,
      training: json('training'),
      thresholds: json('thresholds'),
      heatRange: json('heat_range'),
      reconstructor: await restoreReconstructor(saved, solverOf(configuration.solver)),
    });
  } catch (cause) {
    throw new Error(`cannot use memory bank ${path}: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Refuses a network that a bank was not fitted with.
 *
 * @throws Error naming both checksums
 */
export function checkNetwork({ configuration, weightsSha256 }: MemoryBank, network: Network): void {
  const given = network.weightsSha256 ?? null;
  if (given === weightsSha256) return;
  throw new Error(
    `the memory bank was fitted with ${configuration.backbone} weights of SHA-256 ${weightsSha256}; those given have ${given}: give the weights it was fitted with`,
  );
}
