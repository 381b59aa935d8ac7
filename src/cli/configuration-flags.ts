import { type Command, Option } from 'commander';
import { backboneNames, engineNames } from '../features';
import { granularities, samplerNames } from '../reconstruction';
import { type Configuration, type DatasetName, datasetNames, defaultConfiguration } from '../run';
import { type SolverConfig, type SolverName, solverNames } from '../subspace';
import { number } from './number';

function numbers(text: string): number[] {
  return text.split(',').map(number);
}

/** What the command line says of the data; undefined where a default holds. */
export interface DatasetFlags {
  dataset: DatasetName;
  root?: string;
  category?: string[];
  trainFraction?: number;
}

/** What the command line says of the configuration; undefined where a default holds. */
export interface ConfigurationFlags extends Partial<Omit<Configuration, 'solver'>> {
  solver?: SolverName;
  atoms: number;
  multiple: number;
  mu: number;
  penalty: number;
}

function choice(flags: string, text: string, names: readonly string[]): Option {
  return new Option(flags, text).choices(names);
}

/** Adds the options that say which data are used. */
export function addDatasetOptions(command: Command): Command {
  return command
    .addOption(choice('--dataset <name>', 'layout of the data set', datasetNames).default('synthetic'))
    .option('--root <dir>', "the data set's folder (synthetic comes with the package)")
    .option('--category <name...>', 'categories to run (default: all)')
    .option(
      '--train-fraction <share>',
      'share of the nominal images to train on (mtd: 2/3, folder: 0.8)',
      number,
    );
}

/** Adds an option for every parameter of a configuration. */
export function addConfigurationOptions(command: Command): Command {
  return command
    .addOption(choice('--backbone <name>', 'feature extractor', backboneNames).default('scattering'))
    .option('--weights <file>', 'safetensors file of the backbone')
    .addOption(choice('--engine <name>', 'what runs the backbone', engineNames))
    .option('--size <pixels>', 'side of the images', number)
    .addOption(choice('--fit <how>', 'how images become square', ['stretch', 'crop']))
    .option('--resize <pixels>', 'with crop: the shorter side before cropping', number)
    .option('--levels <list>', 'hierarchy levels, e.g. 2,3', numbers)
    .option('--neighbourhood <side>', 'side of the neighbourhood that a patch feature averages', number)
    .option('--align', "bring all levels to the finest one's grid")
    .addOption(choice('--granularity <name>', 'what one datum of the memory bank is', granularities))
    .option('--window <side>', 'with position: side of the square of positions around', number)
    .addOption(choice('--solver <name>', 'self-expressive model', solverNames))
    .option('--atoms <count>', 'omp: largest number of atoms', number, 20)
    .option(
      '--multiple <factor>',
      'lasso, elasticNet: lambda in multiples of the smallest useful one',
      number,
      20,
    )
    .option('--mu <share>', 'elasticNet: share of the l1 norm', number, 0.9)
    .option('--penalty <share>', "ridge: penalty as a share of the atoms' mean squared norm", number, 0.01)
    .addOption(choice('--sampler <name>', 'how exemplars are chosen', samplerNames))
    .option(
      '--exemplars <count>',
      'largest number of exemplars (default: all images, or 1000 patches)',
      number,
    )
    .option('--lambda <weight>', 'weight of the squared error in subspace sampling', number)
    .option('--reference-level <level>', 'level at which exemplars are chosen (default: the highest)', number)
    .option('--standardize', 'give every channel mean 0 and deviation 1')
    .option('--unit-norm', 'scale every feature to unit norm')
    .addOption(choice('--metric <name>', 'how residuals are measured', ['euclidean', 'mahalanobis']))
    .option('--shrinkage <share>', 'of the Mahalanobis metric, in mean variances', number)
    .option('--map-size <pixels>', 'side of the anomaly maps', number)
    .option(
      '--sigma <pixels>',
      "deviation of the maps' smoothing (default: in proportion to the map size)",
      number,
    )
    .option('--top-share <share>', 'share of the largest map values whose mean is the image score', number)
    .option('--seed <integer>', 'of splits and sampling', number);
}

/** The configuration that flags ask for. */
export function configurationOf(flags: ConfigurationFlags): Configuration {
  const defaults = defaultConfiguration(flags.backbone);
  const asked = Object.fromEntries(
    Object.keys(defaults)
      .filter((key) => key !== 'solver' && flags[key as keyof ConfigurationFlags] !== undefined)
      .map((key) => [key, flags[key as keyof ConfigurationFlags]]),
  ) as Partial<Configuration>;
  const size = asked.size ?? defaults.size;
  const mapSize = asked.mapSize ?? Math.min(defaults.mapSize, size);
  const derived = { resize: size, mapSize, sigma: (defaults.sigma * mapSize) / defaults.mapSize };
  return { ...defaults, ...derived, ...asked, solver: solverConfigOf(flags, defaults.solver) };
}

function solverConfigOf(
  { solver, atoms, multiple, mu, penalty }: ConfigurationFlags,
  otherwise: SolverConfig,
): SolverConfig {
  const name = solver ?? otherwise.name;
  switch (name) {
    case 'omp':
      return { name, atoms };
    case 'lasso':
      return { name, multiple };
    case 'elasticNet':
      return { name, mu, multiple };
    case 'ridge':
      return { name, penalty };
    case 'nearest':
      return { name };
  }
}
