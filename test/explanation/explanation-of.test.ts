import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { explanationHtml, explanationOf } from '../../src/explanation';
import type { Sample } from '../../src/images';
import { createFeatureMatrix } from '../../src/matrix';
import { fitReconstructor } from '../../src/reconstruction';

const side = 8;

/** Two nominal images of 8x8 positions and two channels that count up: every feature is another. */
async function explained(
  granularity: 'image' | 'patch' | 'place',
  position: { row: number; column: number },
) {
  const grid = { level: 1, height: side, width: side };
  const values = Float32Array.from({ length: 2 * side * side * 2 }, (_, at) => Math.sin(at + 1) + at / 40);
  const nominal = [{ ...grid, count: 2, features: createFeatureMatrix(2 * side * side, 2, values) }];
  const options = granularity === 'patch' ? { exemplars: 2 * side * side } : {};
  const reconstructor = await fitReconstructor(nominal, { granularity, metric: 'euclidean', ...options });
  const own = values.slice(0, side * side * 2).map((value, at) => value + (at % 3) / 50);
  const maps = [{ ...grid, count: 1, features: createFeatureMatrix(side * side, 2, own) }];
  const [rebuilt] = await reconstructor.reconstruct(maps);
  const cell = 8;
  const data = new Float32Array(3 * (side * cell) ** 2);
  for (let y = 0; y < cell; y++) {
    const start = (position.row * cell + y) * side * cell + position.column * cell;
    data.fill(1, 3 * start, 3 * (start + cell));
  }
  const image = { width: side * cell, height: side * cell, data };
  const training = ['first.png', 'second.png'].map((path) => ({ path }) as Sample);
  const point = { x: (position.column + 0.5) / side, y: (position.row + 0.5) / side };
  const explanation = await explanationOf(
    { reconstructor, maps, rebuilt, image, training, decode: async () => image },
    point,
  );
  return { explanation, values, own };
}

test('the nearest exemplar is the one at the least distance, by a search through all of them', async () => {
  for (const position of [
    { row: 2, column: 5 },
    { row: 6, column: 1 },
  ]) {
    const { explanation, values, own } = await explained('patch', position);
    const at = 2 * (position.row * side + position.column);
    const distances = Array.from({ length: 2 * side * side }, (_, row) =>
      Math.hypot(values[2 * row] - own[at], values[2 * row + 1] - own[at + 1]),
    );
    const best = distances.indexOf(Math.min(...distances));
    const [image, place] = [Math.floor(best / side ** 2), best % side ** 2];
    const name = `${['first', 'second'][image]}.png, row ${Math.floor(place / side)}, column ${place % side}`;
    assert.equal(explanation.nearest!.name, name);
    assert.ok(Math.abs(explanation.nearest!.distance - distances[best]) < 1e-5);
  }
});

test('the picture of a position shows it in the middle', async () => {
  const { explanation } = await explained('patch', { row: 3, column: 4 });
  const bytes = Buffer.from(explanation.target.split(',')[1], 'base64');
  const { data, info } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true });
  let [sum, x, y] = [0, 0, 0];
  for (let at = 0; at < data.length; at++) {
    sum += data[at];
    x += data[at] * ((at % info.width) + 0.5);
    y += data[at] * (Math.floor(at / info.width) + 0.5);
  }
  for (const [centre, length] of [
    [x / sum, info.width],
    [y / sum, info.height],
  ])
    assert.ok(Math.abs(centre - length / 2) < length / 24, `${centre} of ${length}`);
});

test('an equation says whether its coefficients are of whole images or of the position', async () => {
  const place = { row: 3, column: 4 };
  const whole = explanationHtml((await explained('image', place)).explanation);
  const patch = explanationHtml((await explained('patch', place)).explanation);
  assert.match(whole, /whole images, with one set of coefficients for all positions/);
  assert.doesNotMatch(patch, /whole images/);
  for (const html of [whole, patch]) {
    assert.match(html, /residual at this position/);
    assert.match(html, /the exemplar nearest to this position alone:.*Euclidean distance/);
  }
});

test('a Gaussian per place has no exemplars, and the equation says so', async () => {
  const html = explanationHtml((await explained('place', { row: 3, column: 4 })).explanation);
  assert.match(html, /no exemplar has a part in this reconstruction/);
  assert.doesNotMatch(html, /×|nearest/);
});
