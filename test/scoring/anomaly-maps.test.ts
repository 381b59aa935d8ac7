import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AxisPlacement, Placement } from '../../src/features';
import type { Size } from '../../src/images';
import type { LevelCalibration, ResidualMaps } from '../../src/reconstruction';
import { type AnomalyMapOptions, anomalyMaps } from '../../src/scoring';

type Level = Size & { placement?: Placement };

/** Residuals of several images that repeat in no direction. */
function levelsOf(shapes: readonly Level[], count: number): ResidualMaps[] {
  return shapes.map(({ width, height, placement }, index) => ({
    ...{ level: index + 1, count, height, width, placement },
    residuals: Float32Array.from(
      { length: count * height * width },
      (_, at) => 2 + Math.sin(at * 1.3 + index) + Math.cos(at * at * 0.7),
    ),
  }));
}

const calibrationOf = (count: number): LevelCalibration[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ level: index + 1, mean: 0.5 + index, standardDeviation: 0.3 + 0.4 * index, weight: 1 + index },
  }));

/** Linear interpolation between the positions of an axis: the weight of each of them in a pixel. */
function tent(pixel: number, pixels: number, length: number, axis?: AxisPlacement): number[] {
  const { first, step } = axis ?? { first: 0.5 / length, step: 1 / length };
  const place = Math.min(length - 1, Math.max(0, ((pixel + 0.5) / pixels - first) / step));
  return Array.from({ length }, (_, position) => Math.max(0, 1 - Math.abs(place - position)));
}

/** An axis's interpolated weights, averaged with Gaussian weights over the pixels around, mirrored at the ends. */
function smoothTent(
  pixel: number,
  pixels: number,
  { length, axis, sigma }: { length: number; axis?: AxisPlacement; sigma: number },
): number[] {
  if (sigma === 0) return tent(pixel, pixels, length, axis);
  const radius = Math.floor(4 * sigma + 0.5);
  const sum = Array.from({ length }, () => 0);
  let total = 0;
  for (let offset = -radius; offset <= radius; offset++) {
    let at = pixel + offset;
    while (at < 0 || at >= pixels) at = at < 0 ? -1 - at : 2 * pixels - 1 - at;
    const weight = Math.exp(-(offset ** 2) / (2 * sigma ** 2));
    total += weight;
    for (const [position, part] of tent(at, pixels, length, axis).entries()) sum[position] += weight * part;
  }
  return sum.map((value) => value / total);
}

/** One pixel by the definition: every level alone, without any sharing of grids. */
function pixelOf(
  levels: readonly ResidualMaps[],
  calibration: readonly LevelCalibration[],
  { image, x, y, size, sigma }: { image: number; x: number; y: number; size: Size; sigma: number },
): number {
  let [sum, total] = [0, 0];
  for (const [index, { width, height, residuals, placement }] of levels.entries()) {
    const { mean, standardDeviation, weight = 1 } = calibration[index];
    const across = smoothTent(x, size.width, { length: width, axis: placement?.x, sigma });
    const down = smoothTent(y, size.height, { length: height, axis: placement?.y, sigma });
    let value = 0;
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++)
        value += across[column] * down[row] * (residuals[(image * height + row) * width + column] - mean);
    sum += (weight * value) / standardDeviation;
    total += weight;
  }
  return sum / total;
}

function checkAgainstDefinition(
  shapes: readonly Level[],
  count: number,
  options: AnomalyMapOptions,
  sigma: number,
) {
  const size = options.size as Size;
  const [levels, calibration] = [levelsOf(shapes, count), calibrationOf(shapes.length)];
  const maps = anomalyMaps(levels, calibration, options);
  assert.equal(maps.length, count);
  for (const [image, map] of maps.entries()) {
    assert.deepEqual([map.width, map.height], [size.width, size.height]);
    for (let at = 0; at < map.data.length; at++) {
      const place = { image, x: at % size.width, y: Math.floor(at / size.width) };
      const expected = pixelOf(levels, calibration, { ...place, size, sigma });
      const off = Math.abs(map.data[at] - expected);
      assert.ok(
        off < 2e-5,
        `image ${image}, pixel ${place.x},${place.y}: ${map.data[at]}, expected ${expected}`,
      );
    }
  }
}

const shifted = (first: number, step: number): Placement => ({
  x: { first, step },
  y: { first: first / 2, step: step * 1.1 },
});

test('maps of several images and levels are the definition, pixel by pixel', () => {
  const shapes = [
    { width: 5, height: 3 },
    { width: 3, height: 5 },
    { width: 5, height: 3 },
    { width: 2, height: 4 },
  ];
  for (const sigma of [0, 1.5])
    checkAgainstDefinition(shapes, 3, { size: { width: 16, height: 11 }, sigma }, sigma);
});

test('levels of one size whose positions look elsewhere are upsampled apart', () => {
  const shapes = [
    { width: 4, height: 3, placement: shifted(0.2, 0.15) },
    { width: 4, height: 3, placement: shifted(0.05, 0.25) },
    { width: 4, height: 3 },
  ];
  for (const sigma of [0, 2])
    checkAgainstDefinition(shapes, 2, { size: { width: 12, height: 15 }, sigma }, sigma);
});

test('without sigma, maps are smoothed by the longer side / 56, whichever side it is', () => {
  const shapes = [{ width: 4, height: 3 }];
  checkAgainstDefinition(shapes, 1, { size: { width: 56, height: 9 } }, 1);
  checkAgainstDefinition(shapes, 1, { size: { width: 9, height: 56 } }, 1);
});

test('without a size, maps are squares of 224 pixels', () => {
  const [map] = anomalyMaps(levelsOf([{ width: 2, height: 1 }], 1), calibrationOf(1));
  assert.deepEqual([map.width, map.height], [224, 224]);
});

test('sigma lies from 0 to below the longer side', () => {
  const [levels, calibration] = [levelsOf([{ width: 2, height: 2 }], 1), calibrationOf(1)];
  const mapped = (sigma: number) => () =>
    anomalyMaps(levels, calibration, { size: { width: 8, height: 12 }, sigma });
  assert.doesNotThrow(mapped(0));
  assert.doesNotThrow(mapped(11.9));
  for (const sigma of [-0.1, 12, NaN]) assert.throws(mapped(sigma), { name: 'RangeError', message: /sigma/ });
});

test('sides of maps are integers from 1 to 4096', () => {
  const [levels, calibration] = [levelsOf([{ width: 2, height: 2 }], 1), calibrationOf(1)];
  const mapped = (width: number, height: number) => () =>
    anomalyMaps(levels, calibration, { size: { width, height }, sigma: 0 });
  assert.doesNotThrow(mapped(1, 4096));
  assert.doesNotThrow(mapped(4096, 1));
  for (const side of [0, 1.5, 4097]) {
    assert.throws(mapped(side, 2), { name: 'RangeError', message: /map width/ });
    assert.throws(mapped(2, side), { name: 'RangeError', message: /map height/ });
  }
});

test('as many calibrations as levels are expected, and at least one', () => {
  const levels = levelsOf(
    [
      { width: 2, height: 2 },
      { width: 1, height: 1 },
    ],
    1,
  );
  for (const [some, calibrations] of [
    [2, 1],
    [1, 2],
    [0, 0],
    [0, 1],
  ])
    assert.throws(() => anomalyMaps(levels.slice(0, some), calibrationOf(calibrations), { size: 4 }), {
      name: 'RangeError',
      message: new RegExp(`^${some} levels and ${calibrations} calibrations; expected as many of each`, 'u'),
    });
});
