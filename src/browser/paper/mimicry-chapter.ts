import { configure, type Configuration } from '../../detector';
import type { SurfaceName } from '../../images';
import { createPipeline } from '../../pipeline';
import { bandsFigure, seededCurves } from '../../plots';
import { type MimicryRow, mimicryData, mimicryTest } from '../../study';
import { exampleOf } from './example-of';
import type { Computation } from './protocol';

const sizes = [5, 10, 20, 50, 100];
const seeds = [0, 1, 2];
const combination = { name: 'localRidge', neighbours: 8, penalty: 0.01 } as const;
const shape: Partial<Configuration> = { size: 160 };

/** The mimicry test on a drawn surface: which models and samplers tell defects from nominal patches that the bank does not hold. */
export const mimicryChapter: Computation = async (values, tell) => {
  const dataset = exampleOf(values.surface as SurfaceName);
  tell('Features of the images');
  const configuration = configure({ ...shape, size: 160 });
  const data = await mimicryData(createPipeline(dataset), configuration, 2);
  const onProgress = ({ done, total }: { done: number; total: number }) =>
    tell(`Memory banks: ${done} of ${total}`);
  const byModel = await mimicryTest(data, {
    ...{ sizes, seeds, onProgress, samplers: ['kCenter'] },
    solvers: { nearest: { name: 'nearest' }, 'ridge on 8': combination, OMP: { name: 'omp', atoms: 4 } },
  });
  const bySampler = await mimicryTest(data, {
    ...{ sizes, seeds, onProgress, samplers: ['subspace', 'kCenter', 'random'] },
    solvers: { 'ridge on 8': combination },
  });
  const titles = { x: 'exemplars', y: 'AUROC', log: 'x' as const };
  return {
    figures: [
      bandsFigure(seededCurves(byModel, { x: 'exemplars', y: 'auroc', by: 'solver' }), {
        ...titles,
        title: 'Models: defects against withheld nominal patches',
      }),
      bandsFigure(seededCurves(bySampler, { x: 'exemplars', y: 'auroc', by: 'sampler' }), {
        ...titles,
        title: 'Samplers: the same',
      }),
    ],
    lines: [
      `With ${sizes[1]} exemplars: ${means(byModel, 'solver')}; by sampler: ${means(bySampler, 'sampler')}.`,
    ],
  };
};

/** Mean AUROC with the second of the sizes, by name. */
function means(rows: readonly MimicryRow[], by: 'solver' | 'sampler'): string {
  const some = rows.filter(({ exemplars }) => exemplars === sizes[1]);
  return [...new Set(some.map((row) => row[by]))]
    .map((name) => {
      const own = some.filter((row) => row[by] === name);
      return `${name} ${(own.reduce((sum, { auroc }) => sum + auroc, 0) / own.length).toFixed(3)}`;
    })
    .join(', ');
}
