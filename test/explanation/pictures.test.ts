import '../../src/platform';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createRandom } from '../../src/base';
import { fitDetector, type ScoredImage } from '../../src/detector';
import { explainScored } from '../../src/explanation';
import { decodeImage, openDatasets, writePng } from '../../src/files';
import { createPlane, samplesOf } from '../../src/images';
import { temporaryFolder } from '../helpers/temporary';

const [width, height] = [96, 64];

/** Red says how far to the right a pixel is, green how far down; blue differs between images. */
function gradient(seed: number) {
  const random = createRandom(seed);
  const data = new Float32Array(width * height * 3);
  for (let at = 0; at < width * height; at++) {
    data[3 * at] = ((at % width) + 0.5) / width;
    data[3 * at + 1] = (Math.floor(at / width) + 0.5) / height;
    data[3 * at + 2] = random.uniform();
  }
  return { width, height, data };
}

async function scoredGradient(context: TestContext) {
  const root = await temporaryFolder(context);
  for (let seed = 0; seed < 8; seed++) await writePng(join(root, 'good', `${seed}.png`), gradient(seed));
  const path = join(root, 'other', 'target.png');
  await writePng(path, gradient(99));
  const [dataset] = await openDatasets('folder', { root });
  const detector = await fitDetector(dataset, {
    ...{ backbone: 'scattering', size: { width, height }, mapSize: 60, levels: [1, 2] },
    ...{ granularities: ['patch'], patches: 60, solver: { name: 'omp', atoms: 3 } },
  });
  context.after(() => detector.dispose());
  const [target] = samplesOf(dataset, 'test').filter((sample) => sample.path.endsWith('target.png'));
  for await (const scored of detector.score(target)) return { detector, scored };
  throw new Error('the image was not scored');
}

/** Where the middle of a picture lies in its gradient, in pixels. */
async function middleOf(url: string): Promise<{ x: number; y: number }> {
  const { data } = await decodeImage(Buffer.from(url.slice(url.indexOf(',') + 1), 'base64'));
  const mean = (channel: number) => {
    let sum = 0;
    for (let at = channel; at < data.length; at += 3) sum += data[at];
    return sum / (data.length / 3);
  };
  return { x: mean(0) * width, y: mean(1) * height };
}

/** The middle of a position of a level, in pixels of the image. */
function middleOfPosition(
  scored: ScoredImage,
  level: number,
  { row, column }: { row: number; column: number },
) {
  const { placement } = scored.levels.find((one) => one.level === level)!;
  return {
    x: (placement!.x.first + column * placement!.x.step) * width,
    y: (placement!.y.first + row * placement!.y.step) * height,
  };
}

const placeIn = (text: string) => {
  const [, row, column] = /row (\d+), column (\d+)/.exec(text)!;
  return { row: Number(row), column: Number(column) };
};

test('an explained patch, its exemplars and the nearest one are shown in the middle of their pictures', async (context) => {
  const { detector, scored } = await scoredGradient(context);
  let shown = 0;
  for (const level of [1, 2])
    for (const point of [
      { x: 0.3, y: 0.4 },
      { x: 0.62, y: 0.55 },
    ]) {
      const { title, target, parts, nearest } = await explainScored(detector, scored, { level, point });
      for (const { name, picture } of [{ name: title, picture: target }, ...parts, nearest!]) {
        const expected = middleOfPosition(scored, level, placeIn(name));
        const stride = width / scored.levels.find((one) => one.level === level)!.width;
        const reach = 1.5 * stride + 1;
        // White beyond the border would move the mean.
        if (Math.min(expected.x, expected.y, width - expected.x, height - expected.y) < reach) continue;
        shown++;
        const middle = await middleOf(picture);
        assert.ok(
          Math.abs(middle.x - expected.x) < 0.8 && Math.abs(middle.y - expected.y) < 0.8,
          `${name}: its picture is around ${middle.x}, ${middle.y}, it lies at ${expected.x}, ${expected.y}`,
        );
      }
    }
  assert.ok(shown > 6, `${shown} pictures were compared`);
});

test('the explained position is the one nearest to the middle of the pixel with the largest value', async (context) => {
  const { detector, scored } = await scoredGradient(context);
  const { width: columns, height: rows } = scored.map;
  assert.deepEqual([columns, rows], [60, 40]);
  const nearestTo = (value: number, middles: readonly number[]) => {
    const distances = middles.map((middle) => Math.abs(middle - value));
    return distances.indexOf(Math.min(...distances));
  };
  for (const level of [1, 2])
    for (let column = 0; column < columns; column += level) {
      const row = Math.floor((column * rows) / columns);
      const map = createPlane({ width: columns, height: rows });
      map.data[row * columns + column] = 1;
      const { title } = await explainScored(detector, { ...scored, map }, { level });
      const one = scored.levels.find((candidate) => candidate.level === level)!;
      const middles = (count: number) =>
        Array.from({ length: count }, (_, at) => middleOfPosition(scored, level, { row: at, column: at }));
      assert.deepEqual(
        placeIn(title),
        {
          row: nearestTo(
            ((row + 0.5) / rows) * height,
            middles(one.height).map(({ y }) => y),
          ),
          column: nearestTo(
            ((column + 0.5) / columns) * width,
            middles(one.width).map(({ x }) => x),
          ),
        },
        `level ${level}, pixel ${column}, ${row}`,
      );
    }
});
