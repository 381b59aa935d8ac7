/**
 * Half the nominal images of each category, extended by the others, beside those alone and a fit on all.
 *
 *   npm run bench:extend -- --root DIR [--dataset mvtec] [--categories a,b] [--method default]
 */
import '../src/platform';
import { parseArgs } from 'node:util';
import { type Detector, evaluate, extendDetector, fitDetector, presets } from '../src/detector';
import { type DatasetName, openDatasets } from '../src/files';
import { type Dataset, samplesOf } from '../src/images';
import { measures, row, scoresOf } from './four-scores';

const { values } = parseArgs({
  options: {
    root: { type: 'string' },
    dataset: { type: 'string', default: 'mvtec' },
    categories: { type: 'string' },
    method: { type: 'string', default: 'default' },
  },
});

async function tell(detector: Detector, dataset: Dataset, what: string): Promise<void> {
  const evaluation = await evaluate(detector, dataset);
  const { image, pixel } = evaluation.decisions;
  const rate = (value?: number) => `${(100 * (value ?? NaN)).toFixed(1)} %`;
  row([
    ...[dataset.name, what],
    ...scoresOf(evaluation, [...evaluation.samples.keys()])!.map((value) => value.toFixed(4)),
    ...[image.recall, image.falseAlarms, pixel.recall, pixel.falseAlarms].map(rate),
    detector.fit!.bankSeconds.toFixed(0),
  ]);
}

async function main(): Promise<void> {
  const { root, method } = values;
  if (!root) throw new Error('give --root, the folder of the data set');
  const categories = values.categories?.split(',');
  const changes = method === 'default' ? {} : presets[method as keyof typeof presets];
  const decisions = ['images found', 'false alarms', 'pixels found', 'false alarms'];
  row(['category', 'nominal images', ...measures, ...decisions, 's of the bank']);
  row(['---', '---', ...measures.map(() => '---'), ...decisions.map(() => '---'), '---']);
  for (const dataset of await openDatasets(values.dataset as DatasetName, { root, categories })) {
    const rest = samplesOf(dataset, 'train').filter((_, at) => at % 2 === 1);
    const samples = dataset.samples.filter((sample) => !rest.includes(sample));
    const half = await fitDetector({ ...dataset, samples }, changes);
    await tell(half, dataset, 'half');
    await tell(await extendDetector(half, rest), dataset, 'extended by the other half');
    await half.dispose();
    const all = await fitDetector(dataset, changes);
    await tell(all, dataset, 'all');
    await all.dispose();
  }
}

void main();
