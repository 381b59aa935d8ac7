import { Command, Option } from 'commander';
import { type Configuration, configure } from '../detector';
import { backboneNames, engineNames } from '../features';
import { type DatasetName, datasetNames } from '../files';
import { fits } from '../images';
import { granularityNames, residualMetricNames, samplerNames } from '../reconstruction';
import { type SolverConfig, type SolverName, solverNames } from '../subspace';
import { number } from './number';

function numbers(text: string): number[] {
  return text.split(',').map(number);
}

/** Names of a configuration's parameters as the command line gives them. */
const parameterNames = new Set(
  addConfigurationOptions(new Command()).options.map((option) => option.attributeName()),
);

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

function choice(flags: string, names: readonly string[], text: string): Option {
  return new Option(flags, text).choices(names);
}

/** Adds the options that say which data are used. */
export function addDatasetOptions(command: Command): Command {
  return command
    .addOption(choice('--dataset <name>', datasetNames, 'layout of the data set').default('synthetic'))
    .option('--root <dir>', "the data set's folder (synthetic comes with the package)")
    .option('--category <name...>', 'categories to run (default: all)')
    .option(
      '--train-fraction <fraction>',
      'fraction of the nominal images to fit on, where the data set does not say (default: mtd 2/3, folder 0.8)',
      number,
    );
}

/** Adds an option for every parameter of a configuration. */
export function addConfigurationOptions(command: Command): Command {
  return addBankOptions(addFeatureOptions(command));
}

function addFeatureOptions(command: Command): Command {
  return command
    .addOption(
      choice('--backbone <name>', backboneNames, 'the network that gives features').default('scattering'),
    )
    .option('--weights <file>', 'safetensors file of the backbone')
    .addOption(
      choice('--engine <name>', engineNames, 'what runs the backbone (default: auto, the first that loads)'),
    )
    .option('--size <pixels>', 'side of the images', number)
    .addOption(choice('--fit <how>', fits, 'how images become square'))
    .option('--resize <pixels>', 'with crop: the shorter side before cropping', number)
    .option('--levels <list>', "the backbone's hierarchy levels, e.g. 2,3", numbers)
    .option('--neighbourhood <side>', 'side of the neighbourhood that a patch feature averages, odd', number)
    .option('--align', "bring all levels to the finest one's grid");
}

function addBankOptions(command: Command): Command {
  return command
    .addOption(
      choice(
        '--granularity <name>',
        granularityNames,
        'what one entry of the memory bank is: a whole image, a position of all images, or a patch',
      ),
    )
    .option('--window <side>', 'with position: side of the square of positions around, odd', number)
    .addOption(choice('--solver <name>', solverNames, 'the self-expressive model that rebuilds features'))
    .option('--atoms <count>', 'omp: largest number of atoms', number, 20)
    .option('--multiple <factor>', 'lasso, elasticNet: λ in multiples of the smallest useful one', number, 20)
    .option('--mu <fraction>', 'elasticNet: fraction of the l1 norm', number, 0.9)
    .option(
      '--penalty <fraction>',
      "ridge: penalty as a fraction of the atoms' mean squared norm",
      number,
      0.01,
    )
    .addOption(choice('--sampler <name>', samplerNames, 'how exemplars are chosen'))
    .option(
      '--exemplars <count>',
      'largest number of exemplars (default: all images, or 1000 patches)',
      number,
    )
    .option('--lambda <weight>', 'λ, the weight of the squared error in subspace sampling', number)
    .option('--reference-level <level>', 'level at which exemplars are chosen (default: the highest)', number)
    .option('--standardize', 'give every channel mean 0 and standard deviation 1')
    .option('--unit-norm', 'scale every feature to unit norm')
    .option('--no-unit-norm', 'keep the length of features')
    .addOption(choice('--metric <name>', residualMetricNames, 'how residuals are measured'))
    .option(
      '--shrinkage <variances>',
      'mahalanobis: what is added to the covariance, in mean variances',
      number,
    )
    .option('--map-size <pixels>', 'side of the anomaly maps', number)
    .option(
      '--sigma <pixels>',
      "standard deviation of the maps' smoothing (default: in proportion to the map size)",
      number,
    )
    .option(
      '--top-fraction <fraction>',
      'fraction of the largest map values whose mean is the image score',
      number,
    )
    .option('--seed <integer>', 'seed of splits and sampling', number);
}

/** The configuration that flags ask for. */
export function configurationOf(flags: ConfigurationFlags): Configuration {
  const { solver, atoms, multiple, mu, penalty, ...rest } = flags;
  const parameters = Object.fromEntries(
    Object.entries(rest).filter(([name]) => parameterNames.has(name)),
  ) as Partial<Configuration>;
  const name = solver ?? configure({ backbone: rest.backbone }).solver.name;
  return configure({ ...parameters, solver: solverConfigOf({ name, atoms, multiple, mu, penalty }) });
}

/** Parameters of solvers as the command line knows them. */
type SolverFlags = Pick<ConfigurationFlags, 'atoms' | 'multiple' | 'mu' | 'penalty'> & { name: SolverName };

function solverConfigOf({ name, atoms, multiple, mu, penalty }: SolverFlags): SolverConfig {
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
