import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createExtractor } from '../../src/features';
import { loadBackbone } from '../../src/files';
import { drawSynthetic } from '../../src/images';

test('features of tiles are those of the whole image, away from its borders', async () => {
  for (const [name, overlap] of [
    ['scattering', 64],
    ['efficientnet_lite0', undefined],
  ] as const) {
    const network = await loadBackbone(name);
    const size = 640;
    const levels = [1, 2, 3];
    const { image } = drawSynthetic('wood', { seed: 4, size });
    const whole = await createExtractor(network, { size, levels });
    const tiled = await createExtractor(network, { size, levels, tile: 448, overlap });
    const [expected, actual] = [await whole.extract([image]), await tiled.extract([image])];
    await Promise.all([whole.dispose(), tiled.dispose()]);
    expected.forEach(({ level, width, height, features: { cols, data } }, index) => {
      const { features } = actual[index];
      assert.deepEqual([actual[index].width, actual[index].height], [width, height]);
      const scale = data.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
      let worst = 0;
      for (let at = 0; at < data.length; at++)
        worst = Math.max(worst, Math.abs(data[at] - features.data[at]));
      assert.ok(worst <= 1e-3 * scale, `${name}, level ${level}, ${cols} channels: ${worst / scale}`);
    });
  }
});

test('tiles that do not fit are rejected, and the error says which fit', async () => {
  const network = await loadBackbone('efficientnet_lite0');
  for (const [options, reason] of [
    [{ size: 320, tile: 100, overlap: 32 }, /tile is 100; expected a multiple of 16/],
    [{ size: 330, tile: 160 }, /image width is 330; expected a multiple of 16/],
    [{ size: 320, tile: 160, scales: [1, 0.5] }, /tile is 160; expected no tiles with several scales/],
    [{ size: 320, tile: 160, overlap: 96 }, /overlap is 96; .*less than half a tile/],
  ] as const)
    await assert.rejects(createExtractor(network, options), reason);
});
