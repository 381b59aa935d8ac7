import '../../src/platform';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createPlane } from '../../src/images';
import { gaussianSmooth } from '../../src/scoring';

/** Made by test/fixtures/make_fixtures.py with scikit-learn and SciPy. */
const reference = JSON.parse(readFileSync(join(__dirname, '..', 'fixtures', 'reference.json'), 'utf8'));

test('smoothing agrees with scipy.ndimage.gaussian_filter', () => {
  const map = Float32Array.from(reference.map.flat());
  gaussianSmooth(createPlane({ width: 7, height: 5 }, map), 1.7);
  reference.smoothed.flat().forEach((value: number, index: number) => {
    assert.ok(Math.abs(map[index] - value) <= 1e-6, `${map[index]}, expected ${value}`);
  });
});
