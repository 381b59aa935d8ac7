import '../../src/platform';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fitDetector, judgeWhite, loadDetector } from '../../src/detector';
import { configure } from '../../src/configuration';
import { decodeImage, decodeMask, folder, loadSample, mvtecCategory } from '../../src/files';
import { readMask } from '../../src/files/masks/read-mask';
import { samplesFrom } from '../../src/images';
import { inputFiles, unlessPresent } from '../helpers/shared';
import { temporaryFolder } from '../helpers/temporary';

const skip = unlessPresent(inputFiles);
const bitsOf = (name: string) => join(inputFiles, 'bits', name);
const judge = (paths: string[]) =>
  judgeWhite(configure(), samplesFrom(paths, { split: 'train', label: 'nominal' }));

test(
  'a camera of 10, 12 or 14 bits has its own white; a dark image of 16 bits keeps 65535',
  { skip },
  async () => {
    const whites = [
      ['range10.tif', 1023],
      ['dull12.tif', 4095],
      ['saturated12.tif', 4095],
      ['range14.tif', 16383],
      ['full16.tif', 65535],
      ['darkfield16.tif', 65535],
    ] as const;
    assert.deepEqual(readdirSync(join(inputFiles, 'bits')).sort(), whites.map(([name]) => name).sort());
    for (const [name, white] of whites) {
      const { configuration, notices } = await judge([bitsOf(name)]);
      assert.equal(configuration.white, white, name);
      assert.equal(notices.length, white === 65535 ? 0 : 1, name);
      for (const size of [32, 64, 224]) {
        const { data } = await decodeImage(bitsOf(name), { size }, configuration);
        assert.ok(data.every((value) => value >= 0 && value <= 1));
      }
    }
    const hot = await decodeImage(bitsOf('saturated12.tif'), undefined, { white: 4095 });
    assert.equal(hot.data[(25 * 64 + 25) * 3], 1);
    // The brightest pixels of the dark field vanish when it is made small; it is decoded all the same.
    assert.ok(
      Math.abs((await decodeImage(bitsOf('darkfield16.tif'), { size: 32 })).data[0] - 700 / 65535) < 1e-3,
    );
    for (const size of [16, 32, 64, 224])
      await assert.rejects(
        decodeImage(bitsOf('saturated12.tif'), { size }),
        /nothing says which value is white/,
      );
  },
);

test('the white of a set of 12 bits is told, and kept in the bank', { skip }, async (context) => {
  const root = await temporaryFolder(context);
  const dataset = await folder(join(inputFiles, 'set12'));
  const detector = await fitDetector(dataset, { backbone: 'scattering', size: 64 });
  assert.match(detector.fit!.notices[0], /reach 4095 at most: 4095, white of 12 bits/);
  await detector.save(join(root, 'bank.safetensors'));
  await detector.dispose();
  const loaded = await loadDetector(join(root, 'bank.safetensors'));
  assert.equal(loaded.configuration.white, 4095);
  await loaded.dispose();
});

/** The folders whose files this and the other tests of inputs read, all of them. */
const folders = [
  'bgmask',
  'bits',
  'bmp',
  'dotdirs',
  'ext_gif',
  'loco',
  'manymasks',
  'masknames',
  'masks',
].concat(['nested', 'ng', 'odd', 'same', 'set12', 'warn', 'webpmask']);

test('there is no folder of files that no test reads', { skip }, () => {
  assert.deepEqual(readdirSync(inputFiles).sort(), folders);
});

// Made by test/fixtures/make_bmp_inputs_fixtures.py; the pixels are Pillow's.
const bmpPixels: Record<string, string | null> = JSON.parse(
  readFileSync(join(__dirname, '..', 'fixtures', 'bmp-inputs.json'), 'utf8'),
);

test('every BMP of the trade has the pixels that Pillow reads', { skip }, async () => {
  const root = join(inputFiles, 'bmp');
  assert.deepEqual(readdirSync(root).sort(), Object.keys(bmpPixels).sort());
  for (const [name, wanted] of Object.entries(bmpPixels)) {
    const { data } = await decodeImage(join(root, name));
    const bytes = Uint8Array.from(data, (value) => Math.round(value * 255));
    // Pillow does not read jumps; that they leave black is tested with files of known pixels.
    if (wanted === null) assert.equal(name, 'rle8_delta.bmp');
    else assert.equal(createHash('sha256').update(bytes).digest('hex'), wanted, name);
  }
});

test('every mask of the trade marks the disc', { skip }, async () => {
  const root = join(inputFiles, 'masks');
  const disc = (await decodeMask(join(root, 'clean.png'))).data;
  assert.equal(disc.filter(Boolean).length, 328);
  for (const name of readdirSync(root)) {
    const { data } = await decodeMask(join(root, name));
    // A line of one pixel that was made small and large again.
    if (name === 'thin_resampled.png') assert.equal(data.filter(Boolean).length, 64);
    else assert.deepEqual(data, disc, name);
  }
});

test(
  'masks with background 1, lossy masks and several masks of an image mark its defect',
  { skip },
  async () => {
    const clean = await folder(join(inputFiles, 'same'));
    const wanted = await Promise.all(
      clean.samples
        .filter(({ maskPath }) => maskPath)
        .map(async (sample) => (await loadSample(sample)).mask!.data),
    );
    for (const name of ['bgmask', 'webpmask', 'manymasks']) {
      const { samples, unused } = await folder(join(inputFiles, name));
      const masked = samples.filter(({ maskPath }) => maskPath);
      assert.equal(masked.length, 3, name);
      assert.deepEqual(unused, [], name);
      for (const [index, sample] of masked.entries()) {
        const { mask } = await loadSample(sample);
        const missed = wanted[index].filter((value, at) => value > mask!.data[at]).length;
        const added = wanted[index].filter((value, at) => value < mask!.data[at]).length;
        assert.ok(missed <= (name === 'webpmask' ? 20 : 0), `${name}: ${missed} missed`);
        assert.ok(added <= (name === 'bgmask' ? 0 : 20), `${name}: ${added} added`);
      }
    }
  },
);

test('a mask of no image is told with the name that was expected', { skip }, async () => {
  const { samples, unused } = await folder(join(inputFiles, 'masknames'));
  assert.ok(samples.every(({ maskPath }) => maskPath === null));
  assert.equal(unused!.length, 3);
  assert.match(
    unused![0].reason,
    /that of hole\/000\.png would be masks\/hole\/000\.png or masks\/hole\/000_mask\.png/,
  );
});

test('the masks of a folder named after its image are united', { skip }, async () => {
  const { samples } = await mvtecCategory(join(inputFiles, 'loco'), 'box');
  const anomalous = samples.filter(({ label }) => label === 'anomalous');
  for (const { path, maskPath, furtherMaskPaths } of anomalous) {
    assert.equal(furtherMaskPaths?.length, 1);
    const { mask } = await readMask(path, [maskPath!, ...furtherMaskPaths]);
    const parts = await Promise.all([maskPath!, ...furtherMaskPaths].map((file) => decodeMask(file)));
    assert.deepEqual(
      mask.data,
      parts[0].data.map((value, at) => value | parts[1].data[at]),
    );
  }
  assert.equal(anomalous.length, 3);
});
