import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { createRandom } from '../../src/base';
import { decodeImage } from '../../src/files';
import { fits } from '../../src/images';
import { frameImage, halve, halvingsFor } from '../../src/images/frame-image';

/** Noise, on which a shift of a hundredth of a pixel shows. */
function noise(width: number, height: number) {
  const random = createRandom(width);
  return {
    width,
    height,
    data: Uint8Array.from({ length: width * height * 3 }, () => random.uniform() * 256),
  };
}

const encoded = ({ width, height, data }: ReturnType<typeof noise>) =>
  sharp(data, { raw: { width, height, channels: 3 } });

function farthest(one: ArrayLike<number>, other: ArrayLike<number>): number {
  assert.equal(one.length, other.length);
  return Array.from(one).reduce(
    (most, value, at) => Math.max(most, Math.abs(Math.round(255 * (value - other[at])))),
    0,
  );
}

for (const fit of fits)
  test(`an image that is reduced with ${fit} has the bytes that sharp gives`, async () => {
    for (const [width, height, size] of [
      [448, 448, 320],
      [448, 597, 200],
      [300, 211, { width: 160, height: 120 }],
    ] as const) {
      const image = noise(width, height);
      const expected = await decodeImage(await encoded(image).png().toBuffer(), { size, fit });
      assert.equal(farthest(frameImage(image, { size, fit }).data, expected.data), 0, `${width}x${height}`);
    }
  });

test('a photograph that sharp lets the JPEG decoder halve differs by two levels at most', async () => {
  const smooth = encoded(noise(60, 45)).resize(2001, 1503).jpeg({ quality: 95 });
  const jpeg = await smooth.toBuffer();
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  const image = { width: info.width, height: info.height, data: new Uint8Array(data) };
  const framing = { size: 320 };
  assert.ok(halvingsFor(image, framing) > 0);
  const framed = frameImage(halve(image, halvingsFor(image, framing)), framing);
  assert.ok(farthest(framed.data, (await decodeImage(jpeg, framing)).data) <= 2);
});
