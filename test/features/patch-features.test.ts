import '../../src/platform';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compileNetwork, type Network, withPatchFeatures } from '../../src/features';
import { floats } from '../helpers/floats';

/** Made by test/fixtures/make_rivals_fixtures.py with PyTorch: an image of 8x10, and every seventh position's feature. */
const reference: Record<'image' | 'patchcoreFeatures', string> = JSON.parse(
  readFileSync(join(__dirname, '..', 'fixtures', 'rivals.json'), 'utf8'),
);

/** A network whose levels are the image and its maxima. */
const pyramid: Network = {
  name: 'pyramid',
  nodes: [{ op: 'maxPool', name: 'half', input: 'image', size: 2, stride: 2, padding: 0 }],
  outputs: [
    { level: 1, node: 'image', channels: 3, stride: 1, offset: 0 },
    { level: 2, node: 'half', channels: 3, stride: 2, offset: 0.5 },
  ],
};

for (const engineName of ['onnx', 'tensorflow'] as const) {
  test(`unfolded patch features on ${engineName} are those of PatchCore's authors`, async () => {
    const network = withPatchFeatures(pyramid, { levels: [1, 2], pooling: 'unfold', concatenate: true });
    const engine = await compileNetwork(network, { height: 8, width: 10 }, engineName);
    const [{ data, channels }] = await engine.run(floats(reference.image), 1);
    await engine.dispose();
    assert.equal(channels, 1024);
    floats(reference.patchcoreFeatures).forEach((value, at) => {
      const own = data[Math.floor(at / channels) * 7 * channels + (at % channels)];
      assert.ok(Math.abs(own - value) < 1e-5, `${at}: ${own}, expected ${value}`);
    });
  });
}
