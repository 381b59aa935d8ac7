import type { Configuration } from './configuration';

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
  if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  if (Array.isArray(value)) return `[${value.map(codeOf).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).filter(([, own]) => own !== undefined);
  if (entries.length === 0) return '{}';
  return `{ ${entries.map(([name, own]) => `${name}: ${codeOf(own)}`).join(', ')} }`;
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
    if (name === 'granularities') return ['--granularity', (value as string[]).join(',')];
    if (name === 'solver') {
      const { name: solver, ...parameters } = value as { name: string };
      return [
        '--solver',
        solver,
        ...Object.entries(parameters).flatMap(([key, own]) => [`--${key}`, `${own}`]),
      ];
    }
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (value === true) return [flag];
    if (value === false) return [flag.replace('--', '--no-')];
    if (name === 'size' && typeof value === 'object')
      return [flag, `${(value as { width: number }).width}x${(value as { height: number }).height}`];
    return [flag, Array.isArray(value) ? value.join(',') : `${value as string | number}`];
  });
}
