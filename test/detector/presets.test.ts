import '../../src/platform';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { configure, modelOptionsOf, type PresetName, presets } from '../../src/detector';
import { createFeatureMatrix } from '../../src/matrix';
import { fitReconstructor, type LevelReconstruction, type Reconstructor } from '../../src/reconstruction';
import { neighbourScores, patchScores } from '../../src/scoring';
import { floats } from '../helpers/floats';

/** Made by test/fixtures/make_rivals_fixtures.py with NumPy, scikit-learn and anomalib. */
const reference = JSON.parse(
  readFileSync(join(__dirname, '..', 'fixtures', 'rivals.json'), 'utf8'),
) as Record<'count' | 'tests' | 'height' | 'width' | 'channels' | 'directions', number> &
  Record<'nominal' | 'test' | 'padim' | 'crd' | 'pca' | 'patchcore' | 'patchcoreScores', string>;

function maps(count: number, data: Float32Array) {
  const { height, width, channels } = reference;
  const features = createFeatureMatrix(count * height * width, channels, data);
  return { level: 2, count, height, width, features };
}

/** A preset on the reference's features, with all patches where it keeps patches. */
async function rebuildWith(preset: PresetName): Promise<[Reconstructor, LevelReconstruction]> {
  const configuration = configure({ ...presets[preset], patches: undefined });
  const nominal = maps(reference.count, floats(reference.nominal));
  const [granularity] = configuration.granularities;
  const exemplars = granularity === 'patch' ? nominal.features.rows : undefined;
  const reconstructor = await fitReconstructor([nominal], {
    ...modelOptionsOf(configuration, granularity),
    exemplars,
  });
  const [level] = await reconstructor.reconstruct([maps(reference.tests, floats(reference.test))]);
  return [reconstructor, level];
}

function assertClose(actual: Float32Array, expected: Float32Array, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, index) =>
    assert.ok(
      Math.abs(actual[index] - value) <= tolerance * Math.max(1, Math.abs(value)),
      `${index}: ${actual[index]}, expected ${value}`,
    ),
  );
}

test('padim is the Mahalanobis distance of a Gaussian per position, but for the unit', async () => {
  const [, { residuals }] = await rebuildWith('padim');
  assertClose(
    residuals.map((value) => value / Math.sqrt(0.01)),
    floats(reference.padim),
    1e-3,
  );
});

test("crd is the residual of scikit-learn's ridge regression per position", async () => {
  const [, { residuals }] = await rebuildWith('crd');
  assertClose(residuals, floats(reference.crd), 1e-4);
});

test("pca is the residual of scikit-learn's PCA with 99 % of the variance", async () => {
  const [{ bank }, { residuals }] = await rebuildWith('pca');
  assert.equal(bank[0].exemplars.rows, reference.directions);
  assertClose(residuals, floats(reference.pca), 1e-4);
});

test("patchcore has scikit-learn's nearest neighbours and anomalib's image scores", async () => {
  const [{ bank }, level] = await rebuildWith('patchcore');
  assertClose(level.residuals, floats(reference.patchcore), 1e-4);
  assertClose(neighbourScores(level, bank[0].exemplars), floats(reference.patchcoreScores), 1e-4);
  const [largest] = patchScores(level);
  assert.equal(largest, Math.max(...level.residuals.subarray(0, reference.height * reference.width)));
});
