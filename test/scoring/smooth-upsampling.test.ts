import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPlane } from '../../src/images';
import { gaussianSmooth, upsample } from '../../src/scoring';
import { smoothUpsampling } from '../../src/scoring/smooth-upsampling';

test('upsampling and smoothing in one step is upsampling followed by smoothing', () => {
  for (const [width, height, sigma] of [
    [5, 9, 0],
    [20, 20, 4],
    [40, 13, 2.5],
    [1, 3, 6],
  ]) {
    const grid = createPlane(
      { width, height },
      Float32Array.from({ length: width * height }, (_, at) => Math.sin(at * 1.7)),
    );
    const size = { width: 96, height: 64 };
    for (const placement of [
      undefined,
      { x: { first: 0.02, step: 0.9 / width }, y: { first: 0.1, step: 1 / height } },
    ]) {
      const expected = upsample(grid, size, placement);
      if (sigma > 0) gaussianSmooth(expected, sigma);
      const sum = createPlane(size, new Float32Array(96 * 64).fill(1));
      smoothUpsampling(grid, size, { placement, sigma })(grid, sum);
      sum.data.forEach((value, at) => {
        const difference = Math.abs(value - 1 - expected.data[at]);
        assert.ok(difference < 1e-5, `${width}x${height}, sigma ${sigma}, pixel ${at}: off by ${difference}`);
      });
    }
  }
});
