/**
 * Measures the time from a moved control of the workbench to the redrawn picture, in the kernel, and lists the stages that ran:
 *
 *   npm run bench:workbench -- --root DIR [--category bottle]
 *
 * Each time is the median of several values of the control; nothing was computed for a value before, but for the last row.
 */
import '../src/platform';
import { parseArgs } from 'node:util';
import { quantile } from '../src/base';
import { configure } from '../src/detector';
import { openDatasets } from '../src/files';
import { type Computed, createPipeline } from '../src/pipeline';
import type { ParameterValues } from '../src/configuration';
import { saveDetector } from '../src/workbench/save-detector';
import { openSession } from '../src/workbench/session';

const { values: flags } = parseArgs({
  options: { root: { type: 'string' }, category: { type: 'string', default: 'bottle' } },
});

const image = 3;
const changes: Record<string, ParameterValues[]> = {
  smoothing: [1, 2, 3, 5, 6].map((sigma) => ({ sigma })),
  'level weights': [0.2, 0.5, 1.5, 2, 2.5].map((weight2) => ({ weight2 })),
  'top fraction': [0.001, 0.003, 0.02, 0.05, 0.1].map((topFraction) => ({ topFraction })),
  'patch exemplars': [100, 300, 500, 800, 1200].map((patches) => ({ patches })),
  'image exemplars': [20, 40, 80, 120, 160].map((exemplars) => ({ exemplars })),
  solver: [
    { solver: 'nearest' },
    { solver: 'omp', atoms: 5 },
    { solver: 'ridge', penalty: 0.1 },
    { solver: 'localRidge', neighbours: 5 },
    { solver: 'localRidge', neighbours: 12 },
  ],
  'image size': [{ size: 256 }, { size: 224 }, { size: 192 }],
  'image size, seen before': [{ size: 256 }, { size: 224 }, { size: 192 }],
};

async function main(): Promise<void> {
  if (!flags.root) throw new Error('give --root, the folder of a data set in the layout of MVTec AD');
  const [dataset] = await openDatasets('mvtec', { root: flags.root, categories: [flags.category] });
  const computed: Computed[] = [];
  let [started, shown] = [0, 0];
  const session = await openSession({
    dataset,
    base: configure(),
    save: saveDetector,
    pipelineWith: (onComputed) =>
      createPipeline(dataset, {
        memory: 4e9,
        onComputed(one) {
          computed.push(one);
          onComputed(one);
        },
      }),
    send(kind) {
      if (kind === 'image' && shown === 0) shown = performance.now() - started;
    },
  });
  const show = async (own: ParameterValues) => {
    computed.length = 0;
    [started, shown] = [performance.now(), 0];
    await session.handle({ type: 'show', values: { ...session.defaults, ...own }, image });
    return { first: shown, all: performance.now() - started, stages: computed.map(({ stage }) => stage) };
  };
  await show({});
  const { length } = dataset.samples;
  console.log(`${dataset.name}, ${length} images, the default configuration\n`);
  console.log('| control | picture, ms | all images, ms | computed anew |\n| --- | --- | --- | --- |');
  for (const [name, list] of Object.entries(changes)) {
    const times: Awaited<ReturnType<typeof show>>[] = [];
    for (const own of list) times.push(await show(own));
    const median = (pick: (one: (typeof times)[number]) => number) =>
      quantile(times.map(pick), 0.5).toFixed(0);
    const stages = [...new Set(times[0].stages)].join(', ') || 'nothing';
    console.log(`| ${name} | ${median(({ first }) => first)} | ${median(({ all }) => all)} | ${stages} |`);
  }
}

void main();
