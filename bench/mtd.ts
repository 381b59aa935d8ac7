/**
 * Scores granularities, models, samplers and bank sizes on Magnetic Tile Defects and prints Markdown tables.
 *
 *   npm run bench:mtd -- --root DIR --weights FILE [--tables granularity,sampler,patchSampler,choices] [--rows JSON]
 */
import '../src/platform';
import { parseArgs } from 'node:util';
import { type Configuration, evaluate, fitDetector } from '../src/detector';
import { type Network } from '../src/features';
import { loadBackbone, openDatasets } from '../src/files';
import type { Dataset } from '../src/images';
import { summaryOf } from '../src/run';
import type { SolverConfig } from '../src/subspace';

type Row = Partial<Configuration>;

const { values } = parseArgs({
  options: {
    root: { type: 'string' },
    weights: { type: 'string' },
    tables: { type: 'string', default: 'granularity,sampler,patchSampler,choices' },
    rows: { type: 'string' },
  },
});
const { root, weights } = values;
if (!root || !weights) throw new Error('give --root (MTD) and --weights (resnet50_v2 safetensors)');

const ridge: SolverConfig = { name: 'ridge', penalty: 0.01 };
const omp: SolverConfig = { name: 'omp', atoms: 20 };
const lasso: SolverConfig = { name: 'lasso', multiple: 20 };
const nearest: SolverConfig = { name: 'nearest' };
const samplers = ['subspace', 'kCenter', 'random'] as const;

const tables: Record<string, Row[]> = {
  granularity: [
    ...[ridge, omp, lasso, nearest].map((solver): Row => ({ granularities: ['image'], solver })),
    ...[ridge, omp, nearest].map((solver): Row => ({ granularities: ['position'], solver })),
    ...[omp, lasso, nearest].map((solver): Row => ({
      granularities: ['patch'],
      solver,
      sampler: 'kCenter',
      patches: 1000,
    })),
  ],
  sampler: samplers.flatMap((sampler) =>
    [10, 25, 50, 100, 150].map((exemplars): Row => ({ granularities: ['image'], sampler, exemplars })),
  ),
  patchSampler: samplers.map((sampler): Row => ({
    granularities: ['patch'],
    sampler,
    patches: 1000,
    solver: omp,
  })),
  choices: [
    {},
    { metric: 'euclidean' },
    { metric: 'euclidean', unitNorm: false },
    { metric: 'euclidean', unitNorm: false, standardize: true },
    { shrinkage: 0.1 },
    { shrinkage: 10 },
    { unitNorm: false },
    { standardize: true },
    { solver: { name: 'ridge', penalty: 0.1 } },
    { solver: { name: 'ridge', penalty: 0.001 } },
    { sigma: 4 },
    { sigma: 6 },
    { sigma: 12 },
    { topFraction: 1e-6 },
    { topFraction: 0.03 },
  ],
  own: values.rows ? (JSON.parse(values.rows) as Row[]) : [],
};

/** A row in words; the number of exemplars has a separate column. */
function describe(row: Row): string {
  const words = Object.entries(row).flatMap(([name, value]) => {
    if (name === 'exemplars' || name === 'patches') return [];
    if (name === 'solver') return [Object.values(value as SolverConfig).join(' ')];
    return [name === 'granularities' || name === 'sampler' ? String(value) : `${name} ${value}`];
  });
  return words.join(', ') || 'default';
}

async function measure(row: Row, dataset: Dataset, network: Network): Promise<string> {
  const detector = await fitDetector(dataset, { backbone: 'resnet50_v2', weights, ...row }, { network });
  const { pixel, image, banks, bankBytes, timings } = summaryOf(detector, await evaluate(detector, dataset));
  await detector.dispose();
  const scores = [pixel!.auroc, pixel!.averagePrecision, pixel!.pro, image!.auroc].map((value) =>
    value.toFixed(4),
  );
  const cost = [
    (bankBytes / 1e6).toFixed(1),
    timings.scoringMilliseconds.toFixed(1),
    timings.bankSeconds.toFixed(1),
  ];
  return `| ${[describe(row), ...scores, banks.map(({ exemplars }) => exemplars.length).join(' + '), ...cost].join(' | ')} |`;
}

async function main() {
  const [dataset] = await openDatasets('mtd', { root });
  const network = await loadBackbone('resnet50_v2', weights);
  for (const name of values.tables.split(',')) {
    console.log(`\n${name}\n`);
    console.log(
      '| configuration | pixel AUROC | AP | PRO | image AUROC | exemplars | bank MB | ms per image | fit s |',
    );
    console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
    for (const row of tables[name]) console.log(await measure(row, dataset, network));
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
