import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configure } from '../../src/detector';
import { compareRuns, compareTable, type RunRecord } from '../../src/run';

const record = (category: string, exemplars: number, scores: Partial<RunRecord>): RunRecord => ({
  id: `${category} ${exemplars}`,
  dataset: 'synthetic',
  category,
  status: 'done',
  error: null,
  configuration: configure({ backbone: 'scattering', exemplars }),
  weightsSha256: null,
  trainFraction: null,
  dataSha256: null,
  environment: { node: '', platform: '', engine: null },
  pixelAuroc: null,
  averagePrecision: null,
  pro: null,
  imageAuroc: null,
  exemplars,
  bankBytes: 2e6,
  trainFeaturesSeconds: null,
  fitSeconds: null,
  featuresMilliseconds: null,
  scoringMilliseconds: null,
  finished: '',
  ...scores,
});

test('scores of a configuration are means over its categories; a category without a score is left out of that mean', () => {
  const runs = compareRuns([
    record('a', 4, { pixelAuroc: 0.5, pro: 0.25, imageAuroc: 1 }),
    record('b', 4, { pixelAuroc: 0.75, pro: 0.75, bankBytes: 4e6 }),
    record('c', 4, { pixelAuroc: 1 }),
    record('a', 8, { pixelAuroc: 0.9, averagePrecision: 0.4 }),
    { ...record('b', 8, { pixelAuroc: 0 }), status: 'failed' },
  ]);
  assert.equal(runs.length, 2);
  const [four, eight] = runs;
  assert.deepEqual(four, {
    parameters: { exemplars: '4' },
    categories: 3,
    pixelAuroc: 0.75,
    averagePrecision: null,
    pro: 0.5,
    imageAuroc: 1,
    exemplars: 4,
    bankBytes: 8e6 / 3,
    scoringMilliseconds: null,
  });
  assert.deepEqual([eight.categories, eight.pixelAuroc, eight.averagePrecision], [1, 0.9, 0.4]);
  assert.deepEqual(compareTable(runs).rows[0], [
    '4',
    '3',
    '0.7500',
    '-',
    '0.5000',
    '1.0000',
    '4',
    '2.7',
    '-',
  ]);
});
