import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPlane } from '../../src/images';
import { featureMatrixFrom } from '../../src/matrix';
import {
  drawOutline,
  fitPcaColours,
  heatColour,
  heatOverlay,
  mapImage,
  matrixFigure,
  scoreHistogram,
  thresholdMap,
  tile,
} from '../../src/plots';

/** 3 wide, 2 high, so that swapped sides show. */
const plane = createPlane({ width: 3, height: 2 }, Float32Array.of(0, 1, 2, 3, 4, 5));
const grey = { width: 3, height: 2, data: new Float32Array(18).fill(0.5) };
const pixel = (image: { width: number; data: Float32Array }, x: number, y: number) =>
  Array.from(image.data.subarray((y * image.width + x) * 3, (y * image.width + x) * 3 + 3));

test('a map that is not square keeps its rows and columns', () => {
  const image = mapImage(plane);
  assert.deepEqual([image.width, image.height], [3, 2]);
  assert.deepEqual(
    pixel(image, 2, 0),
    [2, 2, 2].map((value) => Math.fround(value / 5)),
  );
  assert.deepEqual(
    pixel(image, 0, 1),
    [3, 3, 3].map((value) => Math.fround(value / 5)),
  );
  assert.deepEqual((matrixFigure(plane, { title: '', x: '', y: '' }).data[0] as { z: number[][] }).z, [
    [0, 1, 2],
    [3, 4, 5],
  ]);
  const heat = heatOverlay(grey, plane, { range: [0, 5], opacity: 1 });
  assert.deepEqual(pixel(heat, 2, 1), heatColour(1).map(Math.fround));
  assert.deepEqual(pixel(heat, 0, 0), heatColour(0).map(Math.fround));
  const mask = thresholdMap(plane, 4);
  assert.deepEqual([mask.width, mask.height, ...mask.data], [3, 2, 0, 0, 0, 0, 1, 1]);
  const outlined = drawOutline(grey, mask, [1, 0, 0]);
  assert.deepEqual(pixel(outlined, 1, 1), [1, 0, 0]);
  assert.deepEqual(pixel(outlined, 1, 0), [0.5, 0.5, 0.5]);
});

test('a map of another size than its image is rejected, also when it has as many values', () => {
  const turned = { width: 2, height: 3, data: new Float32Array(18) };
  assert.throws(() => heatOverlay(turned, plane, { range: [0, 1] }), /map is 3x2; its image is 2x3/);
  assert.throws(
    () => drawOutline(turned, thresholdMap(plane, 1), [1, 0, 0]),
    /mask is 3x2; its image is 2x3/,
  );
});

test('PCA colours of a grid that is not square', () => {
  const features = featureMatrixFrom([0, 1, 2, 3, 4, 5].map((value) => [value, 2 * value, 1]));
  const image = fitPcaColours(features)(features, { width: 3, height: 2 });
  assert.deepEqual([image.width, image.height], [3, 2]);
  const reds = [0, 1, 2, 3, 4, 5].map((index) => image.data[3 * index]);
  const rising = reds[0] < reds[5] ? reds : [...reds].reverse();
  assert.deepEqual(
    rising,
    [...reds].sort((a, b) => a - b),
    'the first component orders the features',
  );
});

test('tiles of different sizes lie in rows, with white between', () => {
  const image = tile([grey, { width: 1, height: 1, data: new Float32Array(3) }, grey], {
    columns: 2,
    gap: 1,
  });
  assert.deepEqual([image.width, image.height], [7, 5]);
  assert.deepEqual(pixel(image, 4, 0), [0, 0, 0]);
  assert.deepEqual(pixel(image, 3, 0), [1, 1, 1]);
  assert.deepEqual(pixel(image, 0, 3), [0.5, 0.5, 0.5]);
});

test('maps and histograms accept more values than a function accepts arguments', () => {
  const side = 512;
  const large = createPlane(
    { width: side, height: side },
    Float32Array.from({ length: side * side }, (_, at) => at % 7),
  );
  assert.equal(mapImage(large).data[3 * 6], 1);
  const { data } = scoreHistogram({
    scores: large.data,
    labels: Array.from(large.data, (value) => value > 3),
  });
  assert.deepEqual((data[0] as { xbins: { start: number } }).xbins.start, 0);
});
