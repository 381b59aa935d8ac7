import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Matrix } from 'ml-matrix';
import { createRandom } from '../../src/base';
import { addScatters, createFeatureMatrix } from '../../src/matrix';

/** The scatter of the features of one place, by ml-matrix. */
function scatterBy(features: number[][], mean: number[]): number[][] {
  const apart = new Matrix(features).subRowVector(mean);
  return apart.transpose().mmul(apart).to2DArray();
}

for (const [images, places, cols] of [
  [1, 1, 1],
  [3, 2, 2],
  [4, 3, 5],
  [9, 2, 8],
  [6, 1, 13],
])
  test(`scatters of ${images} images, ${places} places and ${cols} channels are ml-matrix's, added to what was there`, () => {
    const random = createRandom(images + cols);
    const features = createFeatureMatrix(images * places, cols);
    const means = createFeatureMatrix(places, cols);
    // Far from zero and close to the means, where single precision would not do.
    for (const { data } of [features, means])
      for (let at = 0; at < data.length; at++) data[at] = 1000 + random.normal();
    const scatters = Array.from({ length: places }, (_, place) => new Float64Array(cols ** 2).fill(place));
    addScatters(scatters, features, means);
    for (const [place, scatter] of scatters.entries()) {
      const rows = Array.from({ length: images }, (_, image) => {
        const start = (image * places + place) * cols;
        return Array.from(features.data.subarray(start, start + cols));
      });
      const mean = Array.from(means.data.subarray(place * cols, (place + 1) * cols));
      const expected = scatterBy(rows, mean);
      for (let row = 0; row < cols; row++)
        for (let col = 0; col < cols; col++) {
          const value = scatter[row * cols + col] - place;
          const known = col <= row ? expected[row][col] : 0;
          assert.ok(Math.abs(value - known) <= 1e-12 * images * 10, `${row}, ${col}: ${value}, ${known}`);
        }
    }
  });
