/**
 * Scores granularities, models, samplers and bank sizes on Magnetic Tile Defects and prints Markdown tables.
 *
 *   npx tsx bench/mtd.ts --root DIR --weights FILE [--size 320] [--levels 3] [--tables granularity,sampler,patchSampler,choices]
 */
import { parseArgs } from 'node:util';
import { defaultConfiguration } from '../src/detector';
import { createExtractor, extractAll, type FeatureMaps, sliceMaps } from '../src/features';
import { decodeMask, loadBackbone, mtd } from '../src/files';
import { samplesOf } from '../src/images';
import { fitReconstructor, type ReconstructorOptions } from '../src/reconstruction';
import { type AnomalyMaps, anomalyMaps, imageScores, pixelMetrics, rankingMetrics } from '../src/scoring';
import { type SolverConfig, solverOf } from '../src/subspace';

const { metric, shrinkage, unitNorm, standardize, lambda } = defaultConfiguration('resnet50_v2');
const defaultsOfFit = { metric, shrinkage, unitNorm, standardize, lambda };

type Row = Omit<ReconstructorOptions, 'solver'> & {
  solver?: SolverConfig;
  sigma?: number;
  topShare?: number;
};

const defaults = defaultConfiguration('resnet50_v2');
const { values } = parseArgs({
  options: {
    root: { type: 'string' },
    weights: { type: 'string' },
    size: { type: 'string', default: String(defaults.size) },
    levels: { type: 'string', default: defaults.levels.join(',') },
    tables: { type: 'string', default: 'granularity,sampler,patchSampler,choices' },
    rows: { type: 'string' },
  },
});
if (!values.root || !values.weights)
  throw new Error('give --root (MTD) and --weights (resnet50_v2 safetensors)');

const ridge = defaults.solver;
const omp: SolverConfig = { name: 'omp', atoms: 20 };
const lasso: SolverConfig = { name: 'lasso', multiple: 20 };
const nearest: SolverConfig = { name: 'nearest' };
const models = [ridge, omp, lasso, nearest];

const samplers = ['subspace', 'kCenter', 'random'] as const;
const sparse = [omp, lasso, nearest];

const tables: Record<string, Row[]> = {
  granularity: [
    ...models.map((solver): Row => ({ granularity: 'image', solver })),
    ...[ridge, omp, nearest].map((solver): Row => ({ granularity: 'position', solver })),
    ...sparse.map((solver): Row => ({ granularity: 'patch', solver, sampler: 'kCenter', exemplars: 1000 })),
  ],
  sampler: samplers.flatMap((sampler) =>
    [10, 25, 50, 100, 150].map((exemplars): Row => ({ sampler, exemplars })),
  ),
  patchSampler: samplers.map((sampler): Row => ({
    granularity: 'patch',
    sampler,
    exemplars: 1000,
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
    { topShare: 1e-6 },
    { topShare: 0.03 },
  ],
  own: values.rows ? (JSON.parse(values.rows) as Row[]) : [],
};

/** Test images per call of the reconstructor. */
const imagesPerCall = 16;

async function main() {
  const dataset = await mtd(values.root!);
  const network = await loadBackbone('resnet50_v2', values.weights);
  const levels = values.levels.split(',').map(Number);
  const extractor = await createExtractor(network, { size: Number(values.size), levels });
  const nominal = await extractAll(extractor, samplesOf(dataset, 'train'));
  const test = await extractAll(extractor, samplesOf(dataset, 'test'));
  await extractor.dispose();
  const size = defaults.mapSize;
  const masks = await Promise.all(
    test.samples.map(({ maskPath }) =>
      maskPath
        ? decodeMask(maskPath, { size })
        : { width: size, height: size, data: new Uint8Array(size * size) },
    ),
  );
  const labels = test.samples.map(({ label }) => label === 'anomalous');
  console.log(
    `${nominal.samples.length} training and ${test.samples.length} test images at ${values.size}, levels ${levels}`,
  );

  for (const name of values.tables.split(',')) {
    console.log(`\n${name}\n`);
    console.log(
      '| configuration | pixel AUROC | AP | PRO | image AUROC | exemplars | bank MB | ms per image | fit s |',
    );
    console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
    for (const row of tables[name]) console.log(await measure(row, nominal.maps, test.maps, masks, labels));
  }
}

/** A row in words; the number of exemplars has a column of its own. */
function describe(row: Row): string {
  const words = Object.entries(row).flatMap(([name, value]) => {
    if (name === 'exemplars') return [];
    if (name === 'solver') return [Object.values(value).join(' ')];
    return [name === 'granularity' || name === 'sampler' ? value : `${name} ${value}`];
  });
  return words.join(', ') || 'default';
}

async function measure(
  row: Row,
  nominal: FeatureMaps[],
  test: FeatureMaps[],
  masks: Parameters<typeof pixelMetrics>[1],
  labels: boolean[],
): Promise<string> {
  const { solver = defaults.solver, sigma = defaults.sigma, topShare = defaults.topShare, ...options } = row;
  const size = defaults.mapSize;
  const started = performance.now();
  const reconstructor = await fitReconstructor(nominal, {
    ...defaultsOfFit,
    ...options,
    solver: solverOf(solver),
  });
  const fitted = performance.now();
  const { count } = test[0];
  const maps: AnomalyMaps = { count, height: size, width: size, data: new Float32Array(count * size * size) };
  for (let start = 0; start < count; start += imagesPerCall) {
    const batch = test.map((level) => sliceMaps(level, start, Math.min(count, start + imagesPerCall)));
    const levels = await reconstructor.reconstruct(batch);
    maps.data.set(anomalyMaps(levels, reconstructor.nominal, { size, sigma }).data, start * size * size);
  }
  const perImage = (performance.now() - fitted) / count;
  const pixel = pixelMetrics(maps, masks);
  const image = rankingMetrics(imageScores(maps, topShare), labels);
  const cells = [
    describe(row),
    ...[pixel.auroc, pixel.averagePrecision, pixel.pro, image.auroc].map((value) => value.toFixed(4)),
    String(reconstructor.exemplars.length),
    (reconstructor.bytes / 1e6).toFixed(1),
    perImage.toFixed(1),
    ((fitted - started) / 1000).toFixed(1),
  ];
  return `| ${cells.join(' | ')} |`;
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
