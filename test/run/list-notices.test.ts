import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listNotices } from '../../src/run';

test('what several categories have to say alike is said once, in the order of its first mention', () => {
  const categories = [
    { name: 'nut', notices: ['few images'], skipped: [] },
    {
      name: 'wood',
      notices: ['few images', 'one empty mask'],
      skipped: [{ path: 'a.png', reason: 'a.png is empty' }],
    },
  ];
  assert.deepEqual(listNotices(categories), [
    'nut, wood: few images',
    'wood: one empty mask',
    'wood: skipped: a.png is empty',
  ]);
});
