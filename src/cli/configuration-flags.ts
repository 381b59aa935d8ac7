import { Command, InvalidArgumentError, Option } from 'commander';
import {
  type Configuration,
  configure,
  imageScoreNames,
  type PresetName,
  presetNames,
  presets,
} from '../detector';
import { backboneNames, engineNames, poolingNames } from '../features';
import { type DatasetName, datasetNames } from '../files';
import { fits, type ImageSize } from '../images';
import { type GranularityName, granularityNames, residualMetricNames, samplerNames } from '../reconstruction';
import { type SolverConfig, type SolverName, solverNames } from '../subspace';
import { number } from './number';

function numbers(text: string): number[] {
  return text.split(',').map(number);
}

function imageSize(text: string): ImageSize {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(text) ?? [];
  return width ? { width: Number(width), height: Number(height) } : number(text);
}

function granularityList(text: string): GranularityName[] {
  const names = text.split(',');
  const unknown = names.find((name) => !(granularityNames as string[]).includes(name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`expected some of ${granularityNames.join(', ')}`);
  return names as GranularityName[];
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
export interface ConfigurationFlags
  extends Partial<Omit<Configuration, 'solver' | 'granularities'>>, SolverFlags {
  preset?: PresetName;
  solver?: SolverName;
  granularity?: GranularityName[];
}

/** Parameters of solvers as the command line knows them. */
interface SolverFlags {
  atoms?: number;
  multiple?: number;
  mu?: number;
  penalty?: number;
  variance?: number;
  neighbours?: number;
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
  command.addOption(
    choice(
      '--preset <name>',
      presetNames,
      'a published method; further options change it (default: our own)',
    ),
  );
  return addScoreOptions(addBankOptions(addFeatureOptions(command)));
}

function addFeatureOptions(command: Command): Command {
  return command
    .addOption(
      choice('--backbone <name>', backboneNames, 'the network that gives features').default(
        'efficientnet_lite0',
      ),
    )
    .option('--weights <file>', 'safetensors file of the backbone')
    .addOption(
      choice('--engine <name>', engineNames, 'what runs the backbone (default: auto, the first that loads)'),
    )
    .option('--size <pixels>', 'side of the images, or WIDTHxHEIGHT such as 448x192', imageSize)
    .addOption(choice('--fit <how>', fits, 'how images of another aspect ratio are framed'))
    .option('--resize <pixels>', 'with crop: the shorter side before cropping', number)
    .option(
      '--tile <pixels>',
      'side of the tiles that larger images are cut into (default: no tiles)',
      number,
    )
    .option('--levels <list>', "the backbone's hierarchy levels, e.g. 2,3", numbers)
    .option('--neighbourhood <side>', 'side of the neighbourhood that a patch feature sums up, odd', number)
    .addOption(
      choice(
        '--pooling <name>',
        poolingNames,
        "what a neighbourhood becomes: its mean, or unfolded as by PatchCore's authors (default: mean)",
      ),
    )
    .option('--concatenate', 'concatenate the features of all levels on the finest grid');
}

function addBankOptions(command: Command): Command {
  return command
    .option(
      '--granularity <list>',
      'what one entry of a memory bank is: image (a whole one), position (of all images), patch, direction (of patches); several, e.g. image,patch, are averaged',
      granularityList,
    )
    .option('--window <side>', 'with position: side of the square of positions around, odd', number)
    .addOption(
      choice('--solver <name>', solverNames, "the self-expressive model (default: each granularity's own)"),
    )
    .option('--atoms <count>', 'omp: largest number of atoms (default: 20)', number)
    .option(
      '--multiple <factor>',
      'lasso, elasticNet: λ in multiples of the smallest useful one (default: 20)',
      number,
    )
    .option('--mu <fraction>', 'elasticNet: fraction of the l1 norm (default: 0.9)', number)
    .option(
      '--penalty <fraction>',
      "ridge, localRidge: penalty as a fraction of the atoms' mean squared norm (default: 0.01)",
      number,
    )
    .option(
      '--variance <value>',
      'ridge: instead of the penalty, the variance that is added to the covariance of exemplars',
      number,
    )
    .option('--neighbours <count>', 'localRidge: number of nearest exemplars (default: 8)', number)
    .addOption(
      choice('--sampler <name>', samplerNames, "how exemplars are chosen (default: each granularity's own)"),
    )
    .option(
      '--exemplars <count>',
      'with image and position: largest number of exemplars (default: all images)',
      number,
    )
    .option(
      '--patches <count>',
      'with patch: largest number of exemplars, or a fraction below 1 of all patches (default: 1500)',
      number,
    )
    .option('--lambda <weight>', 'λ, the weight of the squared error in subspace sampling', number)
    .option(
      '--reference-level <level>',
      'level at which exemplars are chosen (default: the highest)',
      number,
    );
}

function addScoreOptions(command: Command): Command {
  return command
    .option('--standardize', 'give every channel mean 0 and standard deviation 1')
    .option('--centre', 'take the mean of the nominal features away')
    .option('--unit-norm', "scale every feature to unit norm (default: each granularity's own)")
    .option('--no-unit-norm', 'keep the length of features')
    .addOption(choice('--metric <name>', residualMetricNames, 'how residuals are measured'))
    .option(
      '--shrinkage <variances>',
      'mahalanobis: what is added to the covariance, in mean variances',
      number,
    )
    .option('--level-weights <list>', 'weights of the levels in the maps, e.g. 1,2', numbers)
    .option('--map-size <pixels>', 'longer side of the anomaly maps', number)
    .option(
      '--sigma <pixels>',
      "standard deviation of the maps' smoothing (default: in proportion to the map size)",
      number,
    )
    .addOption(
      choice('--image-score <name>', imageScoreNames, "what an image's score is taken from (default: map)"),
    )
    .option(
      '--top-fraction <fraction>',
      'fraction of the largest map values whose mean is the image score',
      number,
    )
    .option(
      '--image-false-alarms <fraction>',
      'of nominal images that the threshold lets be called anomalous',
      number,
    )
    .option(
      '--pixel-false-alarms <fraction>',
      'of nominal pixels that the threshold lets be called anomalous',
      number,
    )
    .option('--seed <integer>', 'seed of splits and sampling', number);
}

/**
 * The configuration that flags ask for.
 *
 * @throws RangeError when a parameter is out of range, or one of a solver is given without the solver
 */
export function configurationOf(flags: ConfigurationFlags): Configuration {
  const { preset, solver, granularity, ...others } = flags;
  const { atoms, multiple, mu, penalty, variance, neighbours, ...rest } = others;
  const parameters = Object.fromEntries(
    Object.entries(rest).filter(([name]) => parameterNames.has(name)),
  ) as Partial<Configuration>;
  const ofSolver = { atoms, multiple, mu, penalty, variance, neighbours };
  const [stray] = Object.entries(ofSolver).filter(([, value]) => value !== undefined);
  if (stray && !solver)
    throw new RangeError(`--${stray[0]} ${stray[1]} is given without a solver; name one with --solver`);
  return configure({
    ...(preset && presets[preset]),
    ...parameters,
    ...(granularity && { granularities: granularity }),
    ...(solver && { solver: solverConfigOf(solver, ofSolver) }),
  });
}

function solverConfigOf(name: SolverName, flags: SolverFlags): SolverConfig {
  const { atoms = 20, multiple = 20, mu = 0.9, penalty = 0.01, variance, neighbours = 8 } = flags;
  switch (name) {
    case 'omp':
      return { name, atoms };
    case 'lasso':
      return { name, multiple };
    case 'elasticNet':
      return { name, mu, multiple };
    case 'ridge':
      return variance === undefined ? { name, penalty } : { name, variance };
    case 'localRidge':
      return { name, neighbours, penalty };
    case 'nearest':
      return { name };
  }
}
