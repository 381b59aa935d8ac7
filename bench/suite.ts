/**
 * Compares methods on the same features, category by category, with intervals of their differences by the bootstrap over images.
 *
 *   npm run bench:suite -- --root DIR [--dataset mvtec] [--categories a,b] [--backbone NAME --weights FILE] [--resamples 100]
 *       [--methods default,fast,best,stretched,withoutImage,withoutPatch,withoutPlace,image,patch,place,patchcore,padim,crd,pca] [--rows JSON]
 *
 * The last table says how the first method's thresholds, which nominal images alone decide, do on the test images. A difference is that of
 * the first method from another one; its interval holds 95 % of the resamples, in which both methods are
 * scored on the same images.
 */
import '../src/platform';
import { parseArgs } from 'node:util';
import { createRandom, quantile } from '../src/base';
import {
  type Configuration,
  efforts,
  evaluate,
  type Evaluation,
  fitDetector,
  presets,
} from '../src/detector';
import { type BackboneName } from '../src/features';
import { type DatasetName, loadBackbone, openDatasets } from '../src/files';
import { measures, row, scoresOf } from './four-scores';
import { proportionInterval } from './proportion-interval';

const usualMethods =
  'default,fast,best,stretched,withoutImage,withoutPatch,withoutPlace,image,patch,place,patchcore,padim,crd,pca';
const { values } = parseArgs({
  options: {
    root: { type: 'string' },
    dataset: { type: 'string', default: 'mvtec' },
    categories: { type: 'string' },
    backbone: { type: 'string', default: 'efficientnet_lite0' },
    weights: { type: 'string' },
    resamples: { type: 'string', default: '100' },
    methods: { type: 'string', default: usualMethods },
    rows: { type: 'string' },
  },
});

const own = JSON.parse(values.rows ?? '{}') as Record<string, Partial<Configuration>>;
const known: Record<string, Partial<Configuration>> = {
  default: {},
  image: { granularities: ['image'] },
  patch: { granularities: ['patch'] },
  place: { granularities: ['place'] },
  fast: efforts.fast,
  best: efforts.best,
  stretched: { size: 320 },
  withoutImage: { granularities: ['patch', 'place'] },
  withoutPatch: { granularities: ['image', 'place'] },
  withoutPlace: { granularities: ['image', 'patch'] },
  ...presets,
  ...own,
};
const methods = [...values.methods.split(','), ...Object.keys(own)];
const mean = (rows: readonly number[][]) =>
  measures.map((_, at) => rows.reduce((sum, scores) => sum + scores[at], 0) / rows.length);

const percent = (value: number) => (100 * value).toFixed(1);

/** Recall and false alarms of images, with 95 % intervals, and of pixels at the thresholds that nominal images gave. */
function decisionCells({ decisions: { image, pixel }, samples }: Evaluation): string[] {
  const anomalous = samples.filter(({ label }) => label === 'anomalous').length;
  const withInterval = (value: number | undefined, count: number) =>
    value === undefined
      ? ''
      : `${percent(value)} % [${proportionInterval(value, count).map(percent).join(', ')}]`;
  const plain = (value?: number) => (value === undefined ? '' : `${percent(value)} %`);
  return [
    withInterval(image.recall, anomalous),
    withInterval(image.falseAlarms, samples.length - anomalous),
    plain(pixel.recall),
    plain(pixel.falseAlarms),
  ];
}

async function main(): Promise<void> {
  const { root, weights, backbone } = values;
  if (!root) throw new Error('give --root, the folder of the data set');
  const datasets = await openDatasets(values.dataset as DatasetName, {
    root,
    categories: values.categories?.split(','),
  });
  const network = await loadBackbone(backbone as BackboneName, weights);
  const { integer } = createRandom(1);
  const resamples = Number(values.resamples);
  const whole: Record<string, number[][]> = {};
  const drawn: Record<string, number[][][]> = {};
  const thresholds: string[][] = [];
  row(['category', 'method', ...measures, 'ms per image']);
  row(['---', '---', ...measures.map(() => '---'), '---']);
  for (const dataset of datasets) {
    const evaluations: Evaluation[] = [];
    for (const method of methods) {
      const changes = { backbone: backbone as BackboneName, weights, ...known[method] };
      const detector = await fitDetector(dataset, changes, { network });
      const evaluation = await evaluate(detector, dataset);
      await detector.dispose();
      evaluations.push(evaluation);
      if (method === methods[0]) thresholds.push([dataset.name, ...decisionCells(evaluation)]);
      const scores = scoresOf(evaluation, [...evaluation.samples.keys()])!;
      (whole[method] ??= []).push(scores);
      const { features, scoring } = evaluation.timings;
      row([
        dataset.name,
        method,
        ...scores.map((value) => value.toFixed(4)),
        (features + scoring).toFixed(0),
      ]);
    }
    const count = evaluations[0].samples.length;
    for (let resample = 0; resample < resamples; resample++) {
      const chosen = Array.from({ length: count }, () => integer(count));
      for (const [index, evaluation] of evaluations.entries()) {
        const scores = scoresOf(evaluation, chosen);
        if (scores) ((drawn[methods[index]] ??= [])[resample] ??= []).push(scores);
      }
    }
  }
  for (const method of methods)
    row(['mean', method, ...mean(whole[method]).map((value) => value.toFixed(4)), '']);
  const [first, ...others] = methods;
  for (const other of resamples > 0 ? others : []) {
    const cells = measures.map((_, at) => {
      const differences = drawn[first].map(
        (scores, index) => mean(scores)[at] - mean(drawn[other][index])[at],
      );
      const difference = mean(whole[first])[at] - mean(whole[other])[at];
      const [low, high] = [quantile(differences, 0.025), quantile(differences, 0.975)];
      return `${difference.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
    });
    row(['difference', `${first} - ${other}`, ...cells, '']);
  }
  console.log(`\nThresholds of ${first}, from left-out nominal images:\n`);
  row(['category', 'images found', 'false alarms', 'pixels found', 'false alarms']);
  row(['---', '---', '---', '---', '---']);
  for (const cells of thresholds) row(cells);
}

void main();
