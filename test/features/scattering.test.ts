import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createExtractor, scatteringNetwork } from '../../src/features';

test('scattering of a flat image is its colour alone', async () => {
  const extractor = await createExtractor(scatteringNetwork(), { size: 64, levels: [1, 2, 3] });
  const data = new Float32Array(64 * 64 * 3).fill(0.5);
  for (const { features } of await extractor.extract([{ width: 64, height: 64, data }])) {
    for (let row = 0; row < features.rows; row++) {
      const [luminance, ...rest] = features.data.subarray(row * features.cols, (row + 1) * features.cols);
      assert.ok(Math.abs(luminance - 0.5) < 1e-5);
      assert.ok(rest.every((value) => Math.abs(value) < 1e-5));
    }
  }
  await extractor.dispose();
});

test('scattering answers a grating most in the channel of its orientation', async () => {
  const size = 64;
  const extractor = await createExtractor(scatteringNetwork({ orientations: 4 }), { size, levels: [1] });
  const response = async (along: 'x' | 'y') => {
    const data = new Float32Array(size * size * 3);
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++)
        data.fill(
          0.5 + 0.4 * Math.sin(2.1 * (along === 'x' ? x : y)),
          (y * size + x) * 3,
          (y * size + x) * 3 + 3,
        );
    const [{ features, width }] = await extractor.extract([{ width: size, height: size, data }]);
    const centre = (width / 2) * width + width / 2;
    return Array.from(features.data.subarray(centre * features.cols + 3, centre * features.cols + 7));
  };
  const [vertical, horizontal] = [await response('x'), await response('y')];
  assert.equal(vertical.indexOf(Math.max(...vertical)), 0, `orientations of a grating along x: ${vertical}`);
  assert.equal(
    horizontal.indexOf(Math.max(...horizontal)),
    2,
    `orientations of a grating along y: ${horizontal}`,
  );
  await extractor.dispose();
});
