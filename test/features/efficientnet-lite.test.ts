import '../../src/platform';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compileNetwork } from '../../src/features';
import { loadBackbone } from '../../src/files';
import { channelsLast } from '../helpers/channels-last';
import { floats } from '../helpers/floats';

type Reference = Record<string, Record<'folded' | 'original', string[]>>;

/** Lite0's is made by test/fixtures/make_efficientnet_fixtures.py with torch, Lite2's by make_efficientnet_lite2_fixtures.py with numpy. */
const referenceOf = (number: 0 | 2): Reference =>
  JSON.parse(
    readFileSync(join(__dirname, '..', 'fixtures', `efficientnet-lite${number}.json`), 'utf8'),
  ) as Reference;

/** The same pseudo-random image as the fixtures' script makes. */
function pixels(size: number): Float32Array {
  return Float32Array.from(
    { length: 3 * size * size },
    (_, index) => ((Math.imul(index, 2654435761) >>> 8) % 1000) / 1000,
  );
}

const cases = ([0, 2] as const).flatMap((number) =>
  (['onnx', 'tensorflow'] as const).map((engineName) => ({ number, engineName })),
);

for (const { number, engineName } of cases) {
  test(`EfficientNet-Lite${number} on ${engineName} equals its reference`, async () => {
    const network = await loadBackbone(`efficientnet_lite${number}`);
    for (const [size, { folded, original }] of Object.entries(referenceOf(number))) {
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
