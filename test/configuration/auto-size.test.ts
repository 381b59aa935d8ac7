import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  autoSize,
  configure,
  mapSizeOf,
  readText,
  sizedConfiguration,
  writeText,
} from '../../src/configuration';
import { type BackboneName, backboneNames } from '../../src/features';
import { sidesOf } from '../../src/images';

const side = fc.integer({ min: 1, max: 16384 });
const lite = configure();

/** The least distorted size of nearly the backbone's area, among all sides that a step divides. */
function bestByTrying(ratio: number, area: number, step: number): number {
  let least = Infinity;
  for (let width = step; width <= 4096; width += step)
    for (let height = step; height <= 4096; height += step)
      if (Math.abs((width * height) / area - 1) <= 0.05)
        least = Math.min(least, Math.abs(Math.log(width / height / ratio)));
  return least;
}

test('the size auto has known values for known shapes', () => {
  const sizes: [number, number, string][] = [
    [448, 448, '320x320'],
    [1, 1, '320x320'],
    [448, 597, '272x368'],
    [1101, 448, '512x208'],
    [448, 1101, '208x512'],
  ];
  for (const [width, height, expected] of sizes)
    assert.equal(writeText(autoSize({ width, height }, lite)), expected, `${width}x${height}`);
  const large = configure({ side: 448 });
  assert.equal(writeText(autoSize({ width: 1, height: 1 }, large)), '448x448');
  assert.equal(writeText(autoSize({ width: 2, height: 1 }, configure({ backbone: 'scattering' }))), '176x96');
});

test('the size auto is the least distorted of those that the strides divide and that have nearly the area', () => {
  const shapes = fc.record({
    width: fc.integer({ min: 10, max: 100 }),
    height: fc.integer({ min: 10, max: 100 }),
  });
  const squares = fc.integer({ min: 8, max: 18 }).map((sixteenths) => 32 * sixteenths);
  fc.assert(
    fc.property(
      shapes,
      fc.constantFrom(...backboneNames),
      squares,
      (shape, backbone: BackboneName, squareSide) => {
        const { levels } = configure({ backbone });
        const step = backbone === 'dinov2_small' ? 14 : 16;
        const { width, height } = autoSize(shape, { backbone, levels, side: squareSide });
        assert.deepEqual([width % step, height % step], [0, 0]);
        const area = squareSide ** 2;
        assert.ok(Math.abs((width * height) / area - 1) <= 0.05, `${width}x${height}`);
        const ratio = shape.width / shape.height;
        const distortion = Math.abs(Math.log(width / height / ratio));
        assert.ok(Math.abs(distortion - bestByTrying(ratio, area, step)) < 1e-9, `${width}x${height}`);
      },
    ),
    { numRuns: 40 },
  );
});

test('the size auto is one that work can be done with, for any shape and level', () => {
  fc.assert(
    fc.property(side, side, fc.constantFrom(1, 2, 3, 4), (width, height, level) => {
      const size = autoSize({ width, height }, { backbone: 'resnet50', levels: [level], side: 384 });
      const step = level === 4 ? 32 : 16;
      assert.deepEqual([size.width % step, size.height % step], [0, 0]);
      configure({ backbone: 'resnet50', levels: [level], size });
    }),
  );
});

test('auto becomes a size, and what depends on it follows; what was given stays', async () => {
  const long = async () => ({ width: 1101, height: 448, isFixed: false });
  const usual = await sizedConfiguration(configure(), long);
  assert.deepEqual([usual.size, usual.fit, usual.mapSize], [{ width: 512, height: 208 }, 'contain', 351]);
  assert.deepEqual(mapSizeOf(usual), { width: 351, height: 143 });
  assert.ok(Math.abs(usual.sigma - 4) < 0.01, String(usual.sigma));
  const given = await sizedConfiguration(configure({ fit: 'stretch', mapSize: 100, sigma: 3 }), long);
  assert.deepEqual([given.fit, given.mapSize, given.sigma], ['stretch', 100, 3]);
  const fixed = await sizedConfiguration(configure(), async () => ({ width: 50, height: 70, isFixed: true }));
  assert.deepEqual(fixed.size, { width: 50, height: 70 });
  assert.deepEqual((await sizedConfiguration(configure(), async () => undefined)).size, {
    width: 320,
    height: 320,
  });
  await assert.rejects(
    sizedConfiguration(configure({ mapSize: 600 }), long),
    /map size is 600; expected an integer in \[8, 512\]/,
  );
});

test('a size that is given stays, and no image is looked at', async () => {
  const configuration = configure({ size: { width: 96, height: 64 } });
  const sized = await sizedConfiguration(configuration, () => assert.fail('asked for the shape'));
  assert.deepEqual(sized, configuration);
  assert.equal(sized.fit, 'stretch');
});

test('maps of any shape have at most the area of the square ones, and are smoothed as these are', () => {
  fc.assert(
    fc.property(fc.integer({ min: 64, max: 1000 }), fc.integer({ min: 64, max: 1000 }), (width, height) => {
      const { mapSize, sigma, size } = configure({ size: { width, height } });
      const square = Math.min(224, Math.sqrt(width * height));
      const map = mapSizeOf({ size: sidesOf(size), mapSize });
      assert.ok(
        Math.abs(Math.sqrt(map.width * map.height) / square - 1) < 0.02,
        `${map.width}x${map.height}`,
      );
      assert.ok(Math.abs(sigma / ((4 * square) / 224) - 1) < 0.02, `sigma ${sigma}`);
    }),
  );
});

test('auto stands on the command line as a side or WIDTHxHEIGHT does', () => {
  for (const text of ['auto', '320', '208x512'])
    assert.equal(writeText(readText({ kind: 'size', placeholder: '' }, text)), text);
});
