import { bankParameters } from './bank-parameters';
import type { Configuration } from './configuration';
import { featureParameters } from './feature-parameters';
import { mapParameters } from './map-parameters';
import type { ParameterRow, ParameterRows } from './parameter-row';

/** Every parameter of a configuration, one row each, in the order in which they are listed. */
export const parameters: ParameterRows<keyof Configuration> = {
  ...featureParameters,
  ...bankParameters,
  ...mapParameters,
};

export type ParameterName = keyof Configuration;

export const parameterNames = Object.keys(parameters) as readonly ParameterName[];

/** A parameter's row, for code that treats all alike. */
export function rowOf(name: ParameterName): ParameterRow<unknown> {
  return parameters[name] as ParameterRow<unknown>;
}

/** A parameter's name on the command line, without dashes. */
export function flagOf(name: ParameterName): string {
  return rowOf(name).flag ?? name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
