import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BackboneName, createExtractor, type FeatureMaps } from '../../src/features';
import { loadBackbone } from '../../src/files';
import { createPlane, type RgbImage } from '../../src/images';
import { rowDistances, rowRange } from '../../src/matrix';
import { upsample } from '../../src/scoring';
import { resnet50V2Weights, unlessPresent } from '../helpers/shared';

const size = 192;

function grey(draw?: { x: number; y: number }): RgbImage {
  const image: RgbImage = { width: size, height: size, data: new Float32Array(3 * size * size).fill(0.4) };
  if (!draw) return image;
  for (let y = draw.y - 2; y <= draw.y + 2; y++)
    for (let x = draw.x - 2; x <= draw.x + 2; x++)
      image.data.fill(1, 3 * (y * size + x), 3 * (y * size + x) + 3);
  return image;
}

/** Where the change of an image's features lies: the centre of the squared changes, in pixels. */
function centreOfChange({ features, height, width, placement }: FeatureMaps): { x: number; y: number } {
  const positions = height * width;
  const changes = rowDistances(
    rowRange(features, 0, positions),
    rowRange(features, positions, 2 * positions),
  );
  const map = upsample(
    createPlane(
      { width, height },
      changes.map((value) => value * value),
    ),
    { width: size, height: size },
    placement,
  );
  const least = map.data.reduce((largest, value) => Math.max(largest, value)) * 0.4;
  let [x, y, weight] = [0, 0, 0];
  map.data.forEach((value, at) => {
    if (value < least) return;
    [x, y, weight] = [x + value * (at % size), y + value * Math.floor(at / size), weight + value];
  });
  return { x: x / weight, y: y / weight };
}

const backbones: { name: BackboneName; weights?: string; levels: number[] }[] = [
  { name: 'scattering', levels: [1, 2, 3] },
  { name: 'efficientnet_lite0', levels: [1, 2, 3] },
  { name: 'efficientnet_lite2', levels: [1, 2, 3] },
  { name: 'resnet50_v2', weights: resnet50V2Weights, levels: [1, 2, 3] },
];

for (const { name, weights, levels } of backbones) {
  const skip = weights ? unlessPresent(weights) : false;
  test(`${name}: the features that a dot changes lie at the dot, at every level`, { skip }, async () => {
    const extractor = await createExtractor(await loadBackbone(name, weights), {
      size,
      levels,
      neighbourhood: 1,
    });
    const off = levels.map(() => ({ x: 0, y: 0 }));
    // Dots at all phases of a cell of the coarsest level, and at their mirrored places.
    const places = Array.from({ length: 16 }, (_, phase) => 88 + phase);
    for (const place of places) {
      const dot = { x: place, y: size - 1 - place };
      const maps = await extractor.extract([grey(), grey(dot)]);
      maps.forEach((map, index) => {
        const centre = centreOfChange(map);
        off[index].x += (centre.x - dot.x) / places.length;
        off[index].y += (centre.y - dot.y) / places.length;
      });
    }
    const strides = extractor.levels.map(({ width }) => size / width);
    await extractor.dispose();
    off.forEach(({ x, y }, index) => {
      const words = `level ${levels[index]}: off by ${x.toFixed(2)}, ${y.toFixed(2)} pixels of ${strides[index]}`;
      assert.ok(Math.max(Math.abs(x), Math.abs(y)) < strides[index] / 4, words);
    });
  });
}
