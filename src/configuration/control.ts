import type { ImageSize } from '../images';
import type { Configuration } from './configuration';

/** The value of a control. */
export type ParameterValue = number | string | boolean;

/** Values by parameter. */
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** A control of the workbench, with its explanation. */
export interface Parameter {
  name: string;
  label: string;
  group: string;
  /** Says in a sentence or two how the parameter acts. */
  help: string;
  kind: 'choice' | 'number' | 'flag';
  options?: readonly string[];
  min?: number;
  max?: number;
  step?: number;
  /** Whether the slider moves in equal factors. */
  isLogarithmic?: boolean;
  default: ParameterValue;
  /** Why it has no effect now; absent where it has one. */
  unused?: string;
}

/** The context of the controls: the configuration to begin with, and the nominal images. */
export interface ParameterContext {
  base: Configuration;
  /** The size that `auto` is for the data set. Default: square. */
  autoSize?: ImageSize;
  /** Nominal images of the data set. */
  nominal: number;
}

/** A control of a parameter; its label and help are the parameter's where they are absent here. */
export interface Control extends Pick<
  Parameter,
  'name' | 'kind' | 'options' | 'min' | 'max' | 'step' | 'isLogarithmic' | 'default'
> {
  label?: string;
  help?: string;
  /** Why this control of several has no effect. */
  unused?: (configuration: Configuration) => string | undefined;
}

/** How a parameter becomes controls, and how their values become the parameter's. */
export interface Controls<Value> {
  show(name: string, context: ParameterContext): Control[];
  /** @param configuration what the controls before it have given */
  read(name: string, values: ParameterValues, configuration: Configuration): Value | undefined;
  /** Whether the value follows from other controls, too. */
  follows?: readonly (keyof Configuration)[];
}

/** The choice that leaves a parameter to the configuration's default. */
export const automatic = 'default';

type Key = keyof Configuration;

/** A slider; a value outside of its range stays until it is moved. */
export function slider(
  range: readonly [number, number, number],
  {
    isLogarithmic,
    absent = () => range[0],
    largest = () => range[1],
  }: {
    isLogarithmic?: boolean;
    /** The value where the configuration has none. */
    absent?: (context: ParameterContext) => number;
    largest?: (context: ParameterContext) => number;
  } = {},
): Controls<number> {
  const [min, , step] = range;
  return {
    show: (name, context) => [
      {
        ...{ name, kind: 'number', min, max: largest(context), step, isLogarithmic },
        default: (context.base[name as Key] as number | undefined) ?? absent(context),
      },
    ],
    read: (name, values) => values[name] as number,
  };
}

/** A box to tick. */
export const tick: Controls<boolean> = {
  show: (name, { base }) => [{ name, kind: 'flag', default: base[name as Key] as boolean }],
  read: (name, values) => values[name] as boolean,
};

/** A list to choose from. */
export function choice<Name extends string>(options: readonly Name[]): Controls<Name> {
  return {
    show: (name, { base }) => [{ name, kind: 'choice', options, default: base[name as Key] as string }],
    read: (name, values) => values[name] as Name,
  };
}

/** A list to choose from, with the default as a choice; options are the texts of values. */
export function choiceOrDefault<Value>(
  optionsOf: (base: Configuration) => readonly (readonly [string, Value])[],
): Controls<Value> {
  return {
    show(name, { base }) {
      const options = optionsOf(base);
      const [shown] = options.find(([, value]) => value === base[name as Key]) ?? [automatic];
      const texts = options.map(([text]) => text);
      return [{ name, kind: 'choice', options: [automatic, ...texts], default: shown }];
    },
    read: (name, values, configuration) =>
      optionsOf(configuration).find(([text]) => text === values[name])?.[1],
  };
}
