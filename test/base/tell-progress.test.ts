import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tellProgress } from '../../src/base';

test('progress is told in words with rate and time left, at limited intervals, and not at the start of a stage', (context) => {
  let now = 0;
  context.mock.method(performance, 'now', () => now);
  const wordsOf = tellProgress(100);
  const at = (time: number, stage: string, done: number) => {
    now = time;
    return wordsOf({ stage, done, total: 40 });
  };
  assert.equal(at(1000, 'images', 0), undefined);
  assert.equal(at(1050, 'images', 1), undefined);
  assert.equal(at(2000, 'images', 10), 'images: 10 of 40, 10 a second, 3 s left');
  assert.equal(at(2050, 'images', 11), undefined);
  assert.equal(at(3000, 'images', 20), 'images: 20 of 40, 10 a second, 2 s left');
  assert.equal(at(3200, 'levels', 1), undefined);
  assert.equal(at(3700, 'levels', 2), 'levels: 2 of 40, 4.0 a second, 10 s left');
});
