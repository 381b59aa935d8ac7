import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createExtractor, levelsAtScales, levelWords } from '../../src/features';
import { reductionMatrix } from '../../src/features/reduction-matrix';
import { loadBackbone } from '../../src/files';
import { drawSynthetic, type RgbImage, type Size } from '../../src/images';

/** An image reduced pixel by pixel from the definition: means weighed by triangles as wide as a new pixel, one axis after the other. */
function reduced({ width, height, data }: RgbImage, to: Size): RgbImage {
  const weight = (from: number, length: number, at: number, newLength: number) => {
    const factor = length / newLength;
    return Math.max(0, 1 - Math.abs((from + 0.5) / factor - (at + 0.5)));
  };
  const result = new Float32Array(3 * to.width * to.height);
  for (let y = 0; y < to.height; y++) {
    for (let x = 0; x < to.width; x++) {
      const sums = [0, 0, 0];
      let total = 0;
      for (let row = 0; row < height; row++) {
        const high = weight(row, height, y, to.height);
        for (let column = 0; high > 0 && column < width; column++) {
          const own = high * weight(column, width, x, to.width);
          total += own;
          for (let c = 0; c < 3; c++) sums[c] += own * data[3 * (row * width + column) + c];
        }
      }
      for (let c = 0; c < 3; c++) result[3 * (y * to.width + x) + c] = sums[c] / total;
    }
  }
  return { ...to, data: result };
}

/** The middle rows of a drawn image: wider than high. */
function drawn(seed: number): RgbImage {
  const { image } = drawSynthetic('nut', { seed, size: 96 });
  return { width: 96, height: 64, data: image.data.slice(16 * 96 * 3, 80 * 96 * 3) };
}

for (const engine of ['onnx', 'tensorflow'] as const) {
  test(`the levels of a scale are those of the reduced image, in their own numbers, on ${engine}`, async () => {
    for (const name of ['scattering', 'efficientnet_lite0'] as const) {
      const network = await loadBackbone(name);
      const options = { levels: [1, 2], engine };
      const [images, size] = [[drawn(1), drawn(2)], { width: 96, height: 64 }];
      // 0.6 of 96x64 is 57.6x38.4, and the largest stride of both networks is 16.
      const smaller = { width: 64, height: 32 };
      const both = await createExtractor(network, { ...options, size, scales: [1, 0.6] });
      const whole = await createExtractor(network, { ...options, size });
      const small = await createExtractor(network, { ...options, size: smaller });
      const expected = [
        ...(await whole.extract(images)),
        ...(await small.extract(images.map((image) => reduced(image, smaller)))),
      ];
      const actual = await both.extract(images);
      assert.deepEqual(
        actual.map(({ level }) => level),
        [1, 2, 11, 12],
      );
      for (const [at, { width, height, placement, features }] of actual.entries()) {
        const other = expected[at];
        assert.deepEqual(
          { width, height, placement },
          { width: other.width, height: other.height, placement: other.placement },
        );
        const largest = other.features.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        const worst = features.data.reduce(
          (most, value, index) => Math.max(most, Math.abs(value - other.features.data[index])),
          0,
        );
        assert.ok(worst < 1e-4 * largest, `${name}, level ${actual[at].level}: ${worst} of ${largest}`);
      }
      await Promise.all([both, whole, small].map((one) => one.dispose()));
    }
  });
}

test('a scale is counted in words and numbers that no two levels share', () => {
  assert.deepEqual(levelsAtScales([2, 3], [1, 0.7, 0.5]), [2, 3, 12, 13, 22, 23]);
  assert.deepEqual([2, 13, 24].map(levelWords), ['level 2', 'level 3 at scale 2', 'level 4 at scale 3']);
});

test('a reduced axis is a mean that keeps constants and lines', () => {
  const lengths = fc.integer({ min: 1, max: 80 });
  fc.assert(
    fc.property(lengths, lengths, (one, other) => {
      const [length, newLength] = [Math.max(one, other), Math.min(one, other)];
      const matrix = reductionMatrix(length, newLength);
      const factor = length / newLength;
      for (let at = 0; at < newLength; at++) {
        const row = matrix.subarray(at * length, (at + 1) * length);
        const sum = row.reduce((total, weight) => total + weight, 0);
        assert.ok(Math.abs(sum - 1) < 1e-5 && row.every((weight) => weight >= 0));
        const isInside = (at + 0.5) * factor >= factor && (at + 0.5) * factor <= length - factor;
        const mean = row.reduce((total, weight, pixel) => total + weight * (pixel + 0.5), 0);
        // Samples of a triangle between whole pixels have their mean off its peak, by less than a quarter of a pixel.
        if (isInside) assert.ok(Math.abs(mean - (at + 0.5) * factor) < 0.25, `${length} to ${newLength}`);
      }
    }),
  );
});
