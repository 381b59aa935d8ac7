/**
 * How the power of the spread, by which granularities are weighed, was chosen: the default's scores for several powers, category by
 * category, and the power that the other categories choose by their mean AP when one is left out.
 *
 *   npm run bench:fusion -- --root DIR [--mtd DIR]
 */
import '../src/platform';
import { parseArgs } from 'node:util';
import { configure } from '../src/detector';
import { sharpness } from '../src/detector/weigh-granularities';
import { openDatasets } from '../src/files';
import type { Dataset } from '../src/images';
import { createPipeline } from '../src/pipeline';
import { fuseMaps, imageScores } from '../src/scoring';
import { measures, row, scoresOf } from './four-scores';

const { values } = parseArgs({ options: { root: { type: 'string' }, mtd: { type: 'string' } } });
const powers = [0, 1, 2, 3, 4, 6];

/** The four scores for every power: each granularity is scored once. */
async function scoresByPower(dataset: Dataset): Promise<number[][]> {
  const pipeline = createPipeline(dataset);
  const { reconstructors } = await pipeline.bank(configure());
  const alone: Awaited<ReturnType<typeof pipeline.evaluate>>[] = [];
  for (const granularity of configure().granularities)
    alone.push(await pipeline.evaluate(configure({ granularities: [granularity] })));
  return powers.map((power) => {
    const parts = alone.map(({ maps }, index) => {
      const { spread = 1, weight = 1 } = reconstructors[index].calibration[0];
      return { maps, spread, weight: weight * spread ** (sharpness - power) };
    });
    const maps = fuseMaps(parts);
    const fused = { ...alone[0], maps, imageScores: imageScores(maps, configure().topFraction) };
    return scoresOf(fused, [...alone[0].samples.keys()])!;
  });
}

async function main(): Promise<void> {
  if (!values.root) throw new Error('give --root, the folder of a data set in the layout of MVTec AD');
  const datasets = [
    ...(await openDatasets('mvtec', { root: values.root })),
    ...(values.mtd ? await openDatasets('mtd', { root: values.mtd }) : []),
  ];
  row(['category', 'power', ...measures]);
  row(['---', '---', ...measures.map(() => '---')]);
  const all: number[][][] = [];
  for (const dataset of datasets) {
    const scores = await scoresByPower(dataset);
    all.push(scores);
    for (const [at, own] of scores.entries())
      row([dataset.name, String(powers[at]), ...own.map((value) => value.toFixed(4))]);
  }
  for (const [left, { name }] of datasets.entries()) {
    const sums = powers.map((_, at) =>
      all.reduce((sum, scores, index) => sum + (index === left ? 0 : scores[at][1]), 0),
    );
    console.log(`without ${name} the largest mean AP is at power ${powers[sums.indexOf(Math.max(...sums))]}`);
  }
}

void main();
