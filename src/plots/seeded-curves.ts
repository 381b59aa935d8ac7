import type { SeededCurve } from './bands-figure';

/**
 * Rows of an experiment as curves for {@link bandsFigure}: rows that agree in `by` are a curve, and rows that agree in `x`, too, are
 * its seeds.
 *
 * @param rows results, one per seed
 * @param names of the columns
 * @example
 * ```ts
 * const rows = [{ solver: 'omp', exemplars: 10, seed: 0, auroc: 0.9 }, { solver: 'omp', exemplars: 10, seed: 1, auroc: 0.8 }];
 * seededCurves(rows, { x: 'exemplars', y: 'auroc', by: 'solver' }).omp.values // [[0.9, 0.8]]
 * ```
 */
export function seededCurves<Row extends object>(
  rows: readonly Row[],
  { x, y, by }: { x: keyof Row; y: keyof Row; by: keyof Row },
): Record<string, SeededCurve> {
  const names = [...new Set(rows.map((row) => String(row[by])))];
  return Object.fromEntries(
    names.map((name) => {
      const own = rows.filter((row) => String(row[by]) === name);
      const places = [...new Set(own.map((row) => Number(row[x])))].sort((a, b) => a - b);
      const values = places.map((place) =>
        own.filter((row) => Number(row[x]) === place).map((row) => Number(row[y])),
      );
      return [name, { x: places, values }];
    }),
  );
}
