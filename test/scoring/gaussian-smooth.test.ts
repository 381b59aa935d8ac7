import '../../src/platform';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createPlane, type Plane } from '../../src/images';
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

/** The sum of the definition, pixel by pixel in two dimensions, over places walked back into the map. */
function smoothedPixel({ width, height, data }: Plane, sigma: number, [x, y]: [number, number]): number {
  const radius = Math.floor(4 * sigma + 0.5);
  const mirror = (place: number, length: number) => {
    let at = place;
    while (at < 0 || at >= length) at = at < 0 ? -1 - at : 2 * length - 1 - at;
    return at;
  };
  let [sum, total] = [0, 0];
  for (let v = -radius; v <= radius; v++)
    for (let u = -radius; u <= radius; u++) {
      const weight = Math.exp(-(u * u + v * v) / (2 * sigma * sigma));
      sum += weight * data[mirror(y + v, height) * width + mirror(x + u, width)];
      total += weight;
    }
  return sum / total;
}

test('smoothing is the definition, also where the kernel is wider than the map', () => {
  for (const [width, height, sigma] of [
    [9, 4, 0.6],
    [4, 9, 1],
    [1, 6, 2.3],
    [6, 1, 2.3],
    [2, 3, 5],
    [3, 3, 0.1],
  ]) {
    const map = createPlane(
      { width, height },
      Float32Array.from({ length: width * height }, (_, at) => Math.sin(at * at + 1)),
    );
    const smooth = createPlane(map, map.data.slice());
    gaussianSmooth(smooth, sigma);
    smooth.data.forEach((value, at) => {
      const expected = smoothedPixel(map, sigma, [at % width, Math.floor(at / width)]);
      const name = `${width}x${height}, sigma ${sigma}, pixel ${at}`;
      assert.ok(Math.abs(value - expected) < 1e-6, `${name}: ${value}, expected ${expected}`);
    });
  }
});
