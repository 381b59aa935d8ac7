import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/base';
import type { FeatureMaps } from '../../src/features';
import { createFeatureMatrix } from '../../src/matrix';
import { linearityMaps } from '../../src/study';

const [count, channels] = [16, 40];

/** Features at two positions; the second one's have a mean of their own. */
function mapsOf(valueAt: (image: number, channel: number, position: number) => number): FeatureMaps {
  const features = createFeatureMatrix(count * 2, channels);
  for (let image = 0; image < count; image++)
    for (let position = 0; position < 2; position++)
      for (let channel = 0; channel < channels; channel++)
        features.data[(image * 2 + position) * channels + channel] =
          valueAt(image, channel, position) + 5 * position;
  return { level: 1, count, height: 1, width: 2, features };
}

test('of independent noise the other images explain nothing', async () => {
  const { normal } = createRandom(3);
  const { unexplained, effectiveRank } = await linearityMaps(mapsOf(() => normal()));
  for (const value of unexplained.data) assert.ok(value > 0.85 && value < 1.15, `${value} unexplained`);
  // Sixteen images without their mean have at most 15 directions.
  for (const rank of effectiveRank.data) assert.ok(rank > 12 && rank <= 15, `effective rank ${rank}`);
});

test('of an affine plane the other images explain everything, and nothing depends on the scale', async () => {
  const { normal } = createRandom(4);
  const weights = Array.from({ length: count }, () => [normal(), normal()]);
  const axes = Array.from({ length: channels }, () => [normal(), normal()]);
  const value = (image: number, channel: number) =>
    weights[image][0] * axes[channel][0] + weights[image][1] * axes[channel][1];
  const plane = await linearityMaps(mapsOf(value));
  for (const left of plane.unexplained.data) assert.ok(left < 0.01, `${left} unexplained`);
  for (const rank of plane.effectiveRank.data) assert.ok(rank <= 2.001);
  const scaled = await linearityMaps(mapsOf((image, channel) => 7 * value(image, channel)));
  scaled.unexplained.data.forEach((left, at) =>
    assert.ok(Math.abs(left - plane.unexplained.data[at]) < 1e-3),
  );
});
