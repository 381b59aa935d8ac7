import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { featureMatrixFrom } from '../../src/matrix';
import { singularSpectrum, toySubspaces } from '../../src/subspace';

test('the spectrum of a plane has two singular values; a known matrix has its known ones', async () => {
  const { singularValues } = await singularSpectrum(toySubspaces({ ambient: 10 }).features);
  assert.ok(singularValues[1] > 1 && singularValues[2] < 1e-3);
  // diag(3, 4) has singular values 4 and 3; shares 4/7 and 3/7.
  const known = await singularSpectrum(
    featureMatrixFrom([
      [3, 0, 0],
      [0, 4, 0],
    ]),
  );
  assert.ok(Math.abs(known.singularValues[0] - 4) < 1e-9 && Math.abs(known.singularValues[1] - 3) < 1e-9);
  const entropy = -(4 / 7) * Math.log(4 / 7) - (3 / 7) * Math.log(3 / 7);
  assert.ok(Math.abs(known.effectiveRank - Math.exp(entropy)) < 1e-9);
});
