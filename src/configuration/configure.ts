import { type GenericSchema, optional, strictObject } from 'valibot';
import { integerIn, invalid, oneOf, parseAs } from '../base';
import { backboneNames } from '../features';
import {
  checkFraming,
  type ImageSize,
  largestFrame,
  type MaskRuns,
  type NominalShape,
  sidesOf,
} from '../images';
import { checkMapOptions } from '../scoring';
import { autoSize } from './auto-size';
import { type Configuration, mapSizeOf, modelledLevels, type SizedConfiguration } from './configuration';
import { parameterNames, parameters, rowOf } from './parameters';

/**
 * Makes a complete configuration from the parameters that differ from the defaults. The defaults are those of the backbone; the
 * map has at most the image's size, and the smoothing is in proportion to it.
 *
 * @returns with the size `auto`, which the nominal images decide, where `changes` have none
 * @throws RangeError when a parameter is out of range or unknown
 * @example
 * ```ts
 * const { backbone, size, mapSize, sigma } = configure({ size: 112 });
 * [backbone, size, mapSize, sigma] // ['efficientnet_lite0', 112, 112, 2]
 * ```
 */
export function configure(changes: Partial<Configuration> & { size: ImageSize }): SizedConfiguration;
export function configure(changes?: Partial<Configuration>): Configuration;
export function configure(changes: Partial<Configuration> = {}): Configuration {
  const unknown = Object.keys(changes).find((name) => !(name in parameters));
  if (unknown !== undefined)
    throw new RangeError(`${unknown} is no parameter; expected some of ${parameterNames.join(', ')}`);
  const configuration = withDefaults(changes);
  checkConfiguration(configuration);
  return configuration;
}

/**
 * The least changes that give a configuration: `configure(changesFrom(configuration))` equals it.
 *
 * @param configuration a valid one, as {@link configure} gives it
 */
export function changesFrom(configuration: Configuration): Partial<Configuration> {
  const changed = parameterNames.filter(
    (name) => JSON.stringify(configuration[name]) !== JSON.stringify(defaultOf(name, configuration)),
  );
  return Object.fromEntries(changed.map((name) => [name, configuration[name]]));
}

/**
 * A configuration whose size is known: where it is `auto`, {@link autoSize} of the nominal images, or their size as it is where they are
 * in memory. Parameters whose defaults depend on the size follow.
 *
 * @param shapeOf gives the shape of the nominal images, see {@link nominalShape}; asked for `auto` and `ignore` only. Without a shape,
 *   images are square
 * @throws RangeError when a parameter does not go with the size, or the ignored region with the images' shape
 * @example
 * ```ts
 * const shape = { width: 1101, height: 448, isFixed: false };
 * (await sizedConfiguration(configure(), async () => shape)).size // { width: 512, height: 208 }
 * ```
 */
export async function sizedConfiguration(
  configuration: Configuration,
  shapeOf: () => Promise<NominalShape | undefined>,
): Promise<SizedConfiguration> {
  const { size, fit, ignore } = configuration;
  const shape = size === 'auto' || ignore ? await shapeOf() : undefined;
  if (ignore && shape) checkIgnored(ignore, shape);
  if (size !== 'auto') return { ...configuration, size };
  const { width, height, isFixed } = shape ?? { width: 1, height: 1, isFixed: false };
  const found = isFixed ? { width, height } : autoSize({ width, height }, configuration);
  return configure({ ...changesFrom(configuration), fit, size: found });
}

/** How far the aspect ratio of a mask may be from that of the images, as a fraction. */
const aspectTolerance = 0.02;

/** One mask is for all images: it must have their shape. */
function checkIgnored(ignore: MaskRuns, shape: NominalShape): void {
  const ratio = (ignore.width * shape.height) / (ignore.height * shape.width);
  if (Math.abs(Math.log(ratio)) > aspectTolerance)
    throw new RangeError(
      `the mask of the ignored region is ${ignore.width}x${ignore.height}, and nominal images are ${shape.width}x${shape.height}; expected a mask of their size`,
    );
}

/** The changes, completed by the defaults of the other parameters; only the backbone is checked. */
export function withDefaults(changes: Partial<Configuration>): Configuration {
  if (changes.backbone !== undefined) oneOf({ backbone: changes.backbone }, backboneNames);
  const configuration: Record<string, unknown> = {};
  for (const name of parameterNames) {
    const before = configuration as unknown as Configuration;
    const value = changes[name] ?? defaultOf(name, before);
    if (value !== undefined) configuration[name] = value;
  }
  return configuration as unknown as Configuration;
}

/** A parameter's default beside the parameters that stand before it. */
function defaultOf(name: keyof Configuration, before: Configuration): unknown {
  const { default: usual } = rowOf(name);
  return typeof usual === 'function' ? (usual as (before: Configuration) => unknown)(before) : usual;
}

/** Every parameter's schema; one without a default may be missing. */
export const configurationSchema = strictObject(
  Object.fromEntries(
    parameterNames.map((name) => {
      const { schema, default: usual } = rowOf(name);
      return [name, usual === undefined || name === 'unitNorm' ? optional(schema) : schema];
    }),
  ),
) as unknown as GenericSchema<Configuration>;

/**
 * Checks a configuration that a file or another machine gave: every parameter is there, of its type, in its range, and nothing else.
 *
 * @throws RangeError naming the parameter, its value and what was expected
 */
export function parseConfiguration(value: unknown): Configuration {
  const configuration = parseAs(configurationSchema, value, 'configuration');
  checkTogether(configuration);
  return configuration;
}

/**
 * Checks a configuration before any work.
 *
 * @throws RangeError naming the value and what was expected
 */
export function checkConfiguration(configuration: Configuration): void {
  for (const name of parameterNames)
    if (configuration[name] !== undefined) parseAs(rowOf(name).schema, configuration[name], name);
  checkTogether(configuration);
}

/** Checks the parameters against each other. */
function checkTogether(configuration: Configuration): void {
  const { size, black = 0, white = Infinity } = configuration;
  if (!(black < white)) throw invalid({ white }, `a number above black, ${black}`);
  // Parameters that depend on the size are checked when it is known.
  if (size === 'auto') integerIn({ 'map size': configuration.mapSize }, [8, largestFrame]);
  else checkWithSize({ ...configuration, size });
  checkLevels(configuration);
  checkImageScore(configuration);
}

function checkWithSize(configuration: SizedConfiguration): void {
  checkFraming(configuration);
  const { width, height } = sidesOf(configuration.size);
  integerIn({ 'map size': configuration.mapSize }, [8, Math.max(width, height)], "the image's longer side");
  checkMapOptions({ size: mapSizeOf(configuration), sigma: configuration.sigma });
}

function checkLevels({ levelWeights, referenceLevel, levels, concatenate }: Configuration): void {
  const modelled = concatenate ? levels.slice(0, 1) : levels;
  if (levelWeights && levelWeights.length !== modelled.length)
    throw invalid({ levelWeights }, `${modelled.length} weights, one of them above 0`);
  if (referenceLevel !== undefined && !levels.includes(referenceLevel))
    throw invalid({ referenceLevel }, `one of ${levels.join(', ')}, the levels`);
}

function checkImageScore(configuration: Configuration): void {
  const { imageScore, granularities, solver } = configuration;
  if (imageScore === 'map') return;
  if (granularities.length > 1 || modelledLevels(configuration).length > 1)
    throw invalid({ imageScore }, 'map, for several granularities, levels or scales');
  if (imageScore === 'neighbours' && solver?.name !== 'nearest')
    throw invalid({ imageScore }, 'map or patch, for another solver than nearest');
}
