import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { drawSynthetic, pastedNames, pasteDefect, type RgbImage } from '../../src/images';

/** A part of a drawn image. */
function photoOf(seed: number, width: number, height: number): RgbImage {
  const { image } = drawSynthetic('fabric', { seed, size: 128 });
  const data = new Float32Array(3 * width * height);
  for (let y = 0; y < height; y++)
    data.set(image.data.subarray(3 * y * 128, 3 * (y * 128 + width)), 3 * y * width);
  return { width, height, data };
}

const side = fc.integer({ min: 24, max: 128 });

test('a pasted defect changes pixels of a photo of any shape, and its mask holds what it changed much', () => {
  fc.assert(
    fc.property(fc.constantFrom(...pastedNames), side, side, fc.nat(), (kind, width, height, seed) => {
      const [photo, other] = [photoOf(1, width, height), photoOf(2, 60, 70)];
      const before = photo.data.slice();
      const { image, mask } = pasteDefect(photo, kind, { other, seed });
      assert.deepEqual(photo.data, before, 'the photo stays as it was');
      assert.ok(image.data.every((value) => value >= 0 && value <= 1));
      assert.equal(mask.data.length, width * height);
      let marked = 0;
      for (let at = 0; at < mask.data.length; at++) {
        marked += mask.data[at];
        const change = [0, 1, 2].reduce(
          (most, channel) =>
            Math.max(most, Math.abs(image.data[3 * at + channel] - photo.data[3 * at + channel])),
          0,
        );
        // Less than a quarter of a colour's distance shows outside of the mask.
        if (mask.data[at] === 0) assert.ok(change <= 0.25, `${kind}: ${change} outside of the mask`);
      }
      assert.ok(marked < 0.6 * width * height, `${kind} marks ${marked} of ${width * height}`);
    }),
    { numRuns: 150 },
  );
});

test('pasted defects are of many sizes and places, and a seed gives one again', () => {
  const photo = photoOf(1, 128, 96);
  const other = photoOf(2, 128, 96);
  for (const kind of pastedNames) {
    const masks = Array.from({ length: 40 }, (_, seed) => pasteDefect(photo, kind, { other, seed }).mask);
    assert.deepEqual(pasteDefect(photo, kind, { other, seed: 7 }).mask, masks[7]);
    const areas = masks
      .map(({ data }) => data.reduce((sum, value) => sum + value, 0))
      .filter((area) => area > 0);
    assert.ok(areas.length >= 30, `${kind} marks something in ${areas.length} of 40`);
    assert.ok(
      Math.max(...areas) > 8 * Math.min(...areas),
      `${kind}: ${Math.min(...areas)} to ${Math.max(...areas)}`,
    );
    const quarters = new Set(
      masks.map(({ data }) => {
        const at = data.indexOf(1);
        return `${at % 128 < 64},${at < 48 * 128}`;
      }),
    );
    assert.equal(quarters.size, 4, `${kind} is pasted everywhere`);
  }
});

test('a kind that does not exist is refused with those that do', () => {
  const photo = photoOf(1, 32, 32);
  assert.throws(
    () => pasteDefect(photo, 'dent' as 'hole', { other: photo, seed: 0 }),
    /defect is "?dent"?; expected one of scratch, stain, hole, crack, misplaced, blend/,
  );
});
