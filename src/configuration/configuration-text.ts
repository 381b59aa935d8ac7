import type { SolverConfig } from '../subspace';
import type { Configuration } from './configuration';
import { flagOf, type ParameterName } from './parameters';
import { writeText } from './text-forms';

/**
 * The parameters that differ from the defaults, as TypeScript.
 *
 * @example
 * ```ts
 * configurationCode({ levels: [2, 3] }).includes('levels: [2, 3]') // true
 * ```
 */
export function configurationCode(changes: Partial<Configuration>): string {
  return codeOf(changes);
}

function codeOf(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(codeOf).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).filter(([, own]) => own !== undefined);
  if (entries.length === 0) return '{}';
  return `{ ${entries.map(([name, own]) => `${name}: ${codeOf(own)}`).join(', ')} }`;
}

/** A string literal in single quotes; JSON escapes what a line cannot hold. */
function quoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner}'`;
}

/**
 * The parameters that differ from the defaults, as options of `spanlab run` and `spanlab sweep`.
 *
 * @example
 * ```ts
 * configurationFlagsOf({ size: 224, granularities: ['patch'], solver: { name: 'omp', atoms: 5 } })
 * // ['--size', '224', '--granularity', 'patch', '--solver', 'omp', '--atoms', '5']
 * ```
 */
export function configurationFlagsOf(changes: Partial<Configuration>): string[] {
  return Object.entries(changes).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const flag = flagOf(name as ParameterName);
    if (typeof value === 'boolean') return [value ? `--${flag}` : `--no-${flag}`];
    if (name !== 'solver') return [`--${flag}`, writeText(value)];
    const { name: solver, ...own } = value as SolverConfig;
    const given = Object.entries(own).filter(([, one]) => one !== undefined);
    return [`--${flag}`, solver, ...given.flatMap(([parameter, one]) => [`--${parameter}`, `${one}`])];
  });
}
