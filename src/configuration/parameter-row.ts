import type { GenericSchema } from 'valibot';
import { integerIn, meets, oddInteger } from '../base';
import type { Configuration } from './configuration';
import type { Controls } from './control';
import type { TextForm } from './text-forms';

/** The stages of the method in order: a parameter decides one of them and thereby all after it. */
export const stages = ['features', 'exemplars', 'bank', 'maps', 'limits'] as const;
export type ParameterStage = (typeof stages)[number];

/** The parameters that stand before another one. */
type Before = Pick<Configuration, 'backbone' | 'size' | 'mapSize'>;

/** The description of a parameter: its schema, default, stage and texts. */
export interface ParameterRow<Value> {
  /** Its type and its range; {@link checkConfiguration} also checks it against other parameters. */
  schema: GenericSchema<Value>;
  /** Its value, or a function that derives it from the parameters before. Absent where the configuration can do without. */
  default?: Value | ((before: Before) => Value);
  /** The default in words, where the configuration can do without. */
  usual?: string;
  /** The first stage that it decides. */
  stage: ParameterStage;
  /** Why it has no effect; undefined where it has one. */
  unused?: (configuration: Configuration) => string | undefined;
  label: string;
  group: string;
  help: string;
  /** Its name on the command line. Default: the parameter's name in kebab case. */
  flag?: string;
  text: TextForm;
  /** Absent where it stays as it was. */
  controls?: Controls<NonNullable<Value>>;
}

/** Rows of some parameters; a row's schema gives its parameter's type. */
export type ParameterRows<Name extends keyof Configuration> = {
  readonly [Own in Name]-?: ParameterRow<Configuration[Own]>;
};

/** The largest side of a neighbourhood and of a window, in positions. */
const largestNeighbourhood = 63;

/** A positive integer. */
export const positive = meets((value) => integerIn(value, [1]));

/** The side of a square around a position. */
export const oddSide = meets((value) => oddInteger(value, largestNeighbourhood));

export const numberText = (placeholder: string): TextForm => ({ kind: 'number', placeholder });

export const choiceText = (names: readonly string[], placeholder = '<name>'): TextForm => ({
  ...{ kind: 'choice', placeholder, names },
});

export const flagText: TextForm = { kind: 'flag' };
