import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createPlane, frameInPhoto } from '../../src/images';
import { type DefectRegion, defectRegions, labelRegions } from '../../src/scoring';

const side = fc.integer({ min: 1, max: 12 });
const values = fc.infiniteStream(fc.double({ min: -1, max: 1, noNaN: true }));

/** Whether a point lies within closed outlines, by the number of edges that a ray to the right crosses. */
function isWithin(contours: DefectRegion['contours'], px: number, py: number): boolean {
  let crossings = 0;
  for (const ring of contours) {
    assert.deepEqual(ring[0], ring.at(-1), 'a ring is closed');
    for (let at = 1; at < ring.length; at++) {
      const [[x0, y0], [x1, y1]] = [ring[at - 1], ring[at]];
      if (y0 > py === y1 > py) continue;
      if (px < x0 + ((py - y0) / (y1 - y0)) * (x1 - x0)) crossings++;
    }
  }
  return crossings % 2 === 1;
}

test('box, area, centroid, peak and outline of every region are those of its pixels', async () => {
  await fc.assert(
    fc.asyncProperty(side, side, values, async (width, height, stream) => {
      const data = Float32Array.from({ length: width * height }, () => stream.next().value as number);
      const photo = { width, height };
      const { mask, regions } = await defectRegions(createPlane(photo, data), { photo, threshold: 0.25 });
      assert.deepEqual(
        [...mask.data],
        [...data].map((value) => (value >= 0.25 ? 1 : 0)),
      );
      const { labels, count } = labelRegions(mask);
      assert.equal(regions.length, count);
      for (const { box, area, centroid, peak, contours } of regions) {
        const label = labels[peak.y * width + peak.x];
        const own = [...labels.keys()].filter((at) => labels[at] === label);
        const xs = own.map((at) => at % width);
        const ys = own.map((at) => Math.floor(at / width));
        const [left, top] = [Math.min(...xs), Math.min(...ys)];
        const mean = (list: number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
        assert.deepEqual(box, {
          ...{ x: left, y: top },
          ...{ width: Math.max(...xs) - left + 1, height: Math.max(...ys) - top + 1 },
        });
        assert.equal(area, own.length);
        assert.ok(Math.hypot(centroid.x - mean(xs), centroid.y - mean(ys)) < 1e-9);
        assert.equal(peak.value, Math.max(...own.map((at) => data[at])));
        assert.equal(peak.value, data[peak.y * width + peak.x]);
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++)
            assert.equal(isWithin(contours, x, y), labels[y * width + x] === label, `${x}, ${y}`);
      }
      const peaks = regions.map(({ peak }) => peak.value);
      assert.deepEqual(
        peaks,
        peaks.toSorted((a, b) => b - a),
      );
    }),
  );
});

test('the outline of a ring has its hole, and runs half way between pixels', async () => {
  const rows = ['.....', '.###.', '.#.#.', '.###.', '.....'];
  const data = Float32Array.from(rows.join(''), (pixel) => (pixel === '#' ? 1 : 0));
  const photo = { width: 5, height: 5 };
  const { regions } = await defectRegions(createPlane(photo, data), { photo, threshold: 1 });
  const [{ contours, area, box }] = regions;
  assert.equal(area, 8);
  assert.deepEqual(box, { x: 1, y: 1, width: 3, height: 3 });
  assert.equal(contours.length, 2);
  const sorted = contours.map((ring) => new Set(ring.map(String)));
  // Corners are cut, as marching squares do: skimage.measure.find_contours(mask, 0.5) has these points beside those on straight lines.
  assert.deepEqual(
    sorted[0],
    new Set(['0.5,1', '1,0.5', '3,0.5', '3.5,1', '3.5,3', '3,3.5', '1,3.5', '0.5,3']),
  );
  assert.deepEqual(sorted[1], new Set(['1.5,2', '2,1.5', '2.5,2', '2,2.5']));
});

test('a map is brought to the photo by bilinear interpolation within its frame', async () => {
  const sides = fc.record({
    width: fc.integer({ min: 1, max: 40 }),
    height: fc.integer({ min: 1, max: 40 }),
  });
  const framing = fc.record({
    size: fc.record({ width: fc.integer({ min: 2, max: 20 }), height: fc.integer({ min: 2, max: 20 }) }),
    fit: fc.constantFrom('stretch', 'contain', 'crop'),
    more: fc.integer({ min: 0, max: 9 }),
  });
  await fc.assert(
    fc.asyncProperty(sides, framing, values, async (photo, { size, fit, more }, stream) => {
      const resize = fit === 'crop' ? Math.min(size.width, size.height) + more : undefined;
      const frame = frameInPhoto({ size, fit, resize }, photo);
      const map = createPlane(size);
      map.data.forEach((_, at) => (map.data[at] = stream.next().value as number));
      const { mask } = await defectRegions(map, { photo, frame, threshold: 0.1 });
      const at = (x: number, y: number) => map.data[y * map.width + x];
      for (let y = 0; y < photo.height; y++) {
        for (let x = 0; x < photo.width; x++) {
          // The place in the map at which the pixel's centre lies.
          const place = (value: number, start: number, length: number, positions: number) =>
            ((value + 0.5 - start) / length) * positions - 0.5;
          const u = place(x, frame.x, frame.width, map.width);
          const v = place(y, frame.y, frame.height, map.height);
          const isOutside = u < -0.5 || v < -0.5 || u > map.width - 0.5 || v > map.height - 0.5;
          const [cu, cv] = [
            Math.min(map.width - 1, Math.max(0, u)),
            Math.min(map.height - 1, Math.max(0, v)),
          ];
          const [left, top] = [Math.floor(cu), Math.floor(cv)];
          const [right, bottom] = [Math.min(map.width - 1, left + 1), Math.min(map.height - 1, top + 1)];
          const upper = at(left, top) * (1 - cu + left) + at(right, top) * (cu - left);
          const lower = at(left, bottom) * (1 - cu + left) + at(right, bottom) * (cu - left);
          const value = upper * (1 - cv + top) + lower * (cv - top);
          if (Math.abs(value - 0.1) < 1e-5 || Math.abs(u + 0.5) < 1e-9 || Math.abs(v + 0.5) < 1e-9) continue;
          const expected = !isOutside && value >= 0.1 ? 1 : 0;
          assert.equal(mask.data[y * photo.width + x], expected, `${x}, ${y}: ${value}`);
        }
      }
    }),
  );
});
