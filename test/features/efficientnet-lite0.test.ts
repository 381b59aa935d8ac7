import '../../src/platform';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compileNetwork } from '../../src/features';
import { loadBackbone } from '../../src/files';
import { channelsLast } from '../helpers/channels-last';
import { floats } from '../helpers/floats';

/** Made by test/fixtures/make_efficientnet_fixtures.py with torch. */
const reference: Record<string, Record<'folded' | 'original', string[]>> = JSON.parse(
  readFileSync(join(__dirname, '..', 'fixtures', 'efficientnet-lite0.json'), 'utf8'),
);

/** The same pseudo-random image as the fixtures' script makes. */
function pixels(size: number): Float32Array {
  return Float32Array.from(
    { length: 3 * size * size },
    (_, index) => ((Math.imul(index, 2654435761) >>> 8) % 1000) / 1000,
  );
}

for (const engineName of ['onnx', 'tensorflow'] as const) {
  test(`EfficientNet-Lite0 on ${engineName} equals efficientnet-lite-pytorch`, async () => {
    const network = await loadBackbone('efficientnet_lite0');
    for (const [size, { folded, original }] of Object.entries(reference)) {
      const side = Number(size);
      const engine = await compileNetwork(network, { height: side, width: side }, engineName);
      const outputs = await engine.run(channelsLast(pixels(side)), 1);
      await engine.dispose();
      for (const [level, { height, width, channels, data }] of outputs.entries()) {
        const plane = height * width;
        const error = (expected: Float32Array) => {
          assert.equal(data.length, expected.length);
          const [squares, differences] = [new Float64Array(1), new Float64Array(1)];
          expected.forEach((value, index) => {
            const own = data[(index % plane) * channels + Math.floor(index / plane)];
            squares[0] += value ** 2;
            differences[0] += (own - value) ** 2;
          });
          return Math.sqrt(differences[0] / squares[0]);
        };
        const [exact, rounded] = [error(floats(folded[level])), error(floats(original[level]))];
        assert.ok(exact < 1e-5, `size ${size}, level ${level + 1}: off by ${exact} with the same weights`);
        assert.ok(rounded < 1e-2, `size ${size}, level ${level + 1}: off by ${rounded} through float16`);
      }
    }
  });
}
