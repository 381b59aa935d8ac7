import '../../src/platform';
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { configure } from '../../src/configuration';
import { judgeWhite } from '../../src/detector';
import { decodeImage, loadSample } from '../../src/files';
import { samplesFrom } from '../../src/images';
import { temporaryFolder } from '../helpers/temporary';
import { tiffOf } from '../helpers/tiff-of';

const judge = (paths: string[], changes = {}) =>
  judgeWhite(configure(changes), samplesFrom(paths, { split: 'train', label: 'nominal' }));

test('white is the least of its kind that holds every sample of every image', async (context) => {
  const root = await temporaryFolder(context);
  const image = fc.array(fc.nat(65535), { minLength: 1, maxLength: 4 });
  const bits = fc.constantFrom(8, 10, 12, 14, 16);
  await fc.assert(
    fc.asyncProperty(fc.array(image, { minLength: 1, maxLength: 4 }), bits, async (images, wide) => {
      const stored = images.map((values) => values.map((value) => value >> (16 - wide)));
      const paths = stored.map((_, index) => join(root, `${index}.tif`));
      for (const [index, values] of stored.entries())
        await writeFile(paths[index], tiffOf({ values, bits: 16, format: 'uint' }));
      const { configuration } = await judge(paths);
      const largest = Math.max(...stored.flat());
      const white = configuration.white!;
      assert.ok([255, 1023, 4095, 16383, 65535].includes(white));
      assert.ok(largest <= white && (white === 255 || largest > (white === 65535 ? 16383 : (white - 3) / 4)));
      // The same white for all, however dark one alone is.
      const [first] = stored;
      const { data } = await decodeImage(paths[0], undefined, configuration);
      first.forEach((value, at) => assert.ok(Math.abs(data[3 * at] - value / white) < 1e-4));
    }),
    { numRuns: 60 },
  );
});

test('float and signed samples are scaled from black to white, and refused without white', async (context) => {
  const root = await temporaryFolder(context);
  const path = join(root, 'a.tif');
  for (const [bits, format] of [
    [32, 'float'],
    [8, 'int'],
    [16, 'int'],
    [32, 'int'],
    [32, 'uint'],
  ] as const) {
    const values = format === 'uint' ? [0, 25, 50, 100] : [-50, -25, 0, 50];
    await writeFile(path, tiffOf({ values, bits, format }));
    const [sample] = samplesFrom(path, { split: 'train', label: 'nominal' });
    const range = { black: values[0], white: values[2] };
    const { image, notices } = await loadSample(sample, range);
    const channel = [0, 3, 6, 9].map((at) => image.data[at]);
    channel.forEach((value, at) =>
      assert.ok(Math.abs(value - [0, 0.5, 1, 1][at]) < 1e-4, `${format} ${bits}`),
    );
    assert.deepEqual(notices, [`samples lie above white, ${values[2]}: they are cut`]);
    await assert.rejects(decodeImage(path), /nothing says which value is white: say it with --white/);
    await assert.rejects(
      judge([path]),
      /samples of type .*nothing says which value is white: say it with --white/,
    );
    assert.equal((await judge([path], { white: 50 })).configuration.white, 50);
  }
  await writeFile(path, tiffOf({ values: [Number.NaN, 1], bits: 32, format: 'float' }));
  await assert.rejects(decodeImage(path, undefined, { white: 1 }), /it holds NaN; expected finite samples/);
});

test('white must lie above black', () => {
  assert.throws(() => configure({ black: 5, white: 5 }), /white is 5; expected a number above black, 5/);
});
