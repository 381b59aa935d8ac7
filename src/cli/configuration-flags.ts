import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  type Configuration,
  configure,
  type EffortName,
  effortNames,
  efforts,
  flagOf,
  type ParameterName,
  parameterNames,
  type PresetName,
  presetNames,
  presets,
  readText,
  rowOf,
  solversWith,
  type TextForm,
  writeText,
} from '../configuration';
import { type DatasetName, datasetNames, type OpenDatasetsOptions, readIgnored } from '../files';
import { solverConfigWith, type SolverName, solverParameters, type SolverParameterName } from '../subspace';
import { number } from './number';

/** The options of the command line about the data; undefined where a default holds. */
export interface DatasetFlags {
  dataset?: DatasetName;
  root?: string;
  category?: string[];
  trainFraction?: number;
  nominal?: string[];
  validation?: string[];
  test?: string[];
  masks?: string[];
}

/** Names of the options that choose the data, which no grid of a sweep may vary. */
export const datasetFlagNames = [
  ...['--dataset', '--root', '--category', '--train-fraction'],
  ...['--nominal', '--validation', '--test', '--masks'],
];

/** The options of the command line about the configuration, by name; undefined where a default holds. */
export interface ConfigurationFlags extends Record<string, unknown> {
  preset?: PresetName;
  effort?: EffortName;
  solver?: SolverName;
  engine?: Configuration['engine'];
  /** The path of a mask on the command line; its content for {@link configurationOf}. */
  ignore?: string | Configuration['ignore'];
}

/** Adds the options that choose the data. */
export function addDatasetOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--dataset <name>',
        'layout of the data set (default: synthetic, or folders where --nominal is given)',
      ).choices(datasetNames),
    )
    .option(
      '--root <dir>',
      "the data set's folder, or the file of a csv (synthetic comes with the package); folders below begin here",
    )
    .option('--category <name...>', 'categories to run (default: all)')
    .option('--nominal <dir...>', 'your own folders: nominal images to fit on')
    .option('--validation <dir...>', 'with --nominal: nominal images that set the thresholds')
    .option('--test <dir...>', 'with --nominal: test images, in folders named by their kind')
    .option('--masks <dir...>', 'with --nominal: masks, at the paths of the test images')
    .option(
      '--train-fraction <fraction>',
      'fraction of the nominal images to fit on, where the data set does not say (default: mtd 2/3, visa 0.9, others 0.8)',
      number,
    );
}

/**
 * The layout and the folders that flags ask for.
 *
 * @throws RangeError when folders are named for a layout that has its own, or without nominal ones
 */
export function datasetOf({ dataset, root, category, trainFraction, nominal, ...folders }: DatasetFlags): {
  name: DatasetName;
  options: OpenDatasetsOptions;
} {
  const options = { root, categories: category, trainFraction };
  const { validation, test, masks } = folders;
  const [stray] = Object.entries({ nominal, validation, test, masks }).filter(([, value]) => value);
  if (stray && dataset !== undefined && dataset !== 'folders')
    throw new RangeError(
      `--${stray[0]} names a folder of your own, and --dataset ${dataset} a layout: give one of them`,
    );
  if (nominal)
    return { name: 'folders', options: { ...options, places: { nominal, validation, test, masks } } };
  if (stray || dataset === 'folders')
    throw new RangeError('--nominal is not given; expected the folder of nominal images to fit on');
  return { name: dataset ?? 'synthetic', options };
}

/** Adds an option for every parameter of a configuration. */
export function addConfigurationOptions(command: Command): Command {
  const preset = new Option(
    '--preset <name>',
    'a published method; further options change it (default: none)',
  );
  command.addOption(preset.choices(presetNames));
  const effort = new Option(
    '--effort <name>',
    'how much time an image may take, instead of a preset; further options change it (default: balanced)',
  );
  command.addOption(effort.choices(effortNames).conflicts('preset'));
  for (const name of parameterNames) {
    for (const option of optionsOf(name)) command.addOption(option);
    if (name === 'solver')
      for (const parameter of solverParameterNames) command.addOption(solverOption(parameter));
  }
  return command;
}

const solverParameterNames = Object.keys(solverParameters) as SolverParameterName[];

/** The option of a parameter; a boolean one has two, so that a preset's can be taken back. */
function optionsOf(name: ParameterName): Option[] {
  const { help, text } = rowOf(name);
  const flag = `--${flagOf(name)}`;
  const described = `${help}${defaultWords(name)}`;
  if (text.kind === 'flag')
    return [new Option(flag, described), new Option(flag.replace('--', '--no-'), `The opposite of ${flag}.`)];
  const option = new Option(`${flag} ${text.placeholder}`, described);
  return [text.kind === 'choice' ? option.choices(text.names) : option.argParser(reader(text))];
}

function solverOption(parameter: SolverParameterName): Option {
  const row = solverParameters[parameter];
  const usual = 'default' in row ? ` (default: ${row.default})` : '';
  const help = `${solversWith(parameter).join(', ')}: ${row.help}${usual}`;
  return new Option(`--${parameter} <number>`, help).argParser(number);
}

/** The default as the help has it. */
function defaultWords(name: ParameterName): string {
  const { default: usual, usual: words } = rowOf(name);
  if (words !== undefined) return ` (default: ${words})`;
  if (typeof usual === 'function') return ` (default: the backbone's, e.g. ${writeText(configure()[name])})`;
  return typeof usual === 'boolean' ? '' : ` (default: ${writeText(usual)})`;
}

function reader(form: TextForm): (text: string) => unknown {
  return (text) => {
    try {
      return readText(form, text);
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message);
    }
  };
}

/** Flags with the content of the file that `--ignore` names. */
export async function withIgnored<Flags extends ConfigurationFlags>(flags: Flags): Promise<Flags> {
  return typeof flags.ignore === 'string' ? { ...flags, ignore: await readIgnored(flags.ignore) } : flags;
}

/**
 * The configuration that flags ask for.
 *
 * @throws RangeError when a parameter is out of range, or one of a solver is given without the solver
 */
export function configurationOf(flags: ConfigurationFlags): Configuration {
  const { preset, effort, solver } = flags;
  const given: Record<string, unknown> = {};
  for (const name of parameterNames) {
    const value = flags[attributeOf(flagOf(name))];
    if (value !== undefined) given[name] = value;
  }
  const ofSolver = Object.fromEntries(solverParameterNames.map((name) => [name, flags[name]]));
  const [stray] = Object.entries(ofSolver).filter(([, value]) => value !== undefined);
  if (stray && !solver)
    throw new RangeError(
      `--${stray[0]} ${stray[1] as number} is given without a solver; name one with --solver`,
    );
  if (solver)
    given.solver = solverConfigWith(solver, ofSolver as Partial<Record<SolverParameterName, number>>);
  return configure({ ...(preset && presets[preset]), ...(effort && efforts[effort]), ...given });
}

/** The name under which commander keeps an option's value. */
function attributeOf(flag: string): string {
  return new Option(`--${flag}`).attributeName();
}
