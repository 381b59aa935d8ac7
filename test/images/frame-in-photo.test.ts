import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import sharp from 'sharp';
import { decodeImage } from '../../src/files';
import { frameInPhoto, type RgbImage } from '../../src/images';

/** Centre of mass of an image's red values. */
function centreOf({ width, height, data }: RgbImage): [x: number, y: number] {
  let [sum, x, y] = [0, 0, 0];
  for (let at = 0; at < width * height; at++) {
    const value = data[3 * at];
    sum += value;
    x += value * ((at % width) + 0.5);
    y += value * (Math.floor(at / width) + 0.5);
  }
  return [x / sum, y / sum];
}

test('a spot of a photo lies in the framed image where the frame says', async () => {
  const long = fc.integer({ min: 60, max: 160 });
  await fc.assert(
    fc.asyncProperty(
      ...[long, long, fc.integer({ min: 24, max: 64 }), fc.integer({ min: 24, max: 64 })],
      ...[fc.constantFrom('stretch', 'contain', 'crop'), fc.integer({ min: 0, max: 40 })],
      ...[fc.double({ min: 0.4, max: 0.6, noNaN: true }), fc.double({ min: 0.4, max: 0.6, noNaN: true })],
      async (...[photoWidth, photoHeight, width, height, fit, more, right, down]) => {
        const photo = { width: photoWidth, height: photoHeight };
        const resize = fit === 'crop' ? Math.min(width, height) + more : undefined;
        const framing = { size: { width, height }, fit, resize };
        const frame = frameInPhoto(framing, photo);
        // A soft spot in the middle of what is both photo and frame.
        const shown = {
          width: Math.min(frame.width, photo.width),
          height: Math.min(frame.height, photo.height),
        };
        const cx = Math.max(0, frame.x) + right * shown.width;
        const cy = Math.max(0, frame.y) + down * shown.height;
        const reach = Math.min(shown.width, shown.height) / 16;
        const bytes = Buffer.alloc(photoWidth * photoHeight * 3);
        for (let y = 0; y < photoHeight; y++)
          for (let x = 0; x < photoWidth; x++)
            bytes[3 * (y * photoWidth + x)] =
              255 * Math.exp(-((x + 0.5 - cx) ** 2 + (y + 0.5 - cy) ** 2) / (2 * reach ** 2));
        const png = await sharp(bytes, { raw: { ...photo, channels: 3 } })
          .png()
          .toBuffer();
        const [x, y] = centreOf(await decodeImage(png, framing));
        const [back, up] = [frame.x + (x / width) * frame.width, frame.y + (y / height) * frame.height];
        // Within a pixel of the framed image.
        assert.ok(
          Math.abs(back - cx) <= frame.width / width && Math.abs(up - cy) <= frame.height / height,
          `${back}, ${up} instead of ${cx}, ${cy}: ${JSON.stringify({ photo, framing })}`,
        );
      },
    ),
    { numRuns: 60, includeErrorInReport: true },
  );
});
