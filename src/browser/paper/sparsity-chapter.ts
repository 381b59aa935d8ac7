import { createPlane } from '../../images';
import { normalizeRows } from '../../matrix';
import { linesFigure, matrixFigure, stemFigure } from '../../plots';
import { denseCodes, elasticNet, lasso, omp, selfExpress, type Solver, toySubspaces } from '../../subspace';
import type { Computation } from './protocol';

const multiples = [1.2, 1.5, 2, 3, 5, 10, 20, 50, 100, 200, 500];

/** Features of three planes of R⁶, each as a sparse combination of the others. */
export const sparsityChapter: Computation = async (values) => {
  const { multiple, noise, atoms } = { multiple: 20, noise: 0, atoms: 2, ...values };
  const solvers: Record<string, (multiple: number) => Solver> = {
    LASSO: (weight) => lasso({ multiple: weight }),
    'elastic net': (weight) => elasticNet({ mu: 0.5, multiple: weight }),
    OMP: () => omp({ atoms: Number(atoms) }),
  };
  const model = String(values.model);
  const toy = toySubspaces({
    ...{ ambient: 6, dimension: 2, subspaces: 3, points: 24 },
    ...{ noise: Number(noise), seed: 3 },
  });
  const features = normalizeRows(toy.features);
  const codes = await selfExpress(features, solvers[model](Number(multiple)));
  const dense = denseCodes(codes);
  const { rows } = features;
  let own = 0;
  dense.forEach((value, at) => {
    if (toy.labels[Math.floor(at / rows)] === toy.labels[at % rows]) own += Math.abs(value);
  });
  const total = dense.reduce((sum, value) => sum + Math.abs(value), 0);
  const curves = Object.fromEntries(
    await Promise.all(
      ['LASSO', 'elastic net'].map(async (name) => {
        const y: number[] = [];
        for (const weight of multiples)
          y.push((await selfExpress(features, solvers[name](weight))).values.length / rows);
        return [name, { x: multiples, y }] as const;
      }),
    ),
  );
  const magnitudes = createPlane({ width: rows, height: rows }, dense.map(Math.abs));
  return {
    figures: [
      matrixFigure(magnitudes, { title: `|C| by ${model}`, x: 'atom', y: 'feature' }),
      stemFigure(
        { [model]: dense.slice(0, rows) },
        { title: 'Coefficients of the first feature', x: 'atom', y: 'coefficient' },
      ),
      linesFigure(curves, {
        ...{ title: 'Sparsity', x: 'λ / smallest useful λ', y: 'nonzeros a feature', log: 'x' },
      }),
    ],
    lines: [
      `${model} uses ${(codes.values.length / rows).toFixed(1)} atoms a feature, and ${total > 0 ? ((100 * own) / total).toFixed(1) : '0.0'} % of the coefficients' magnitude lies on features of the same plane.`,
    ],
  };
};
