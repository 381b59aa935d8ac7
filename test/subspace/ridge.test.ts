import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { createRandom } from '../../src/base';
import { createFeatureMatrix, type FeatureMatrix, selectRows } from '../../src/matrix';
import { denseCodes, encode, gramOf, reconstruct, ridge, selfExpress, signalsOf } from '../../src/subspace';

const channels = 96;

function gaussian(rows: number, seed: number): FeatureMatrix {
  const random = createRandom(seed);
  return createFeatureMatrix(
    rows,
    channels,
    Float32Array.from({ length: rows * channels }, () => random.normal()),
  );
}

const matrixOf = ({ rows, cols, data }: FeatureMatrix) => Matrix.from1DArray(rows, cols, Array.from(data));

/**
 * Coefficients `X (XᵀX + weight I)⁻¹ x` (rows of X are atoms) in the channels, where the problem is well conditioned, by the
 * eigenvectors of `XᵀX` in double precision.
 */
function inChannels(dictionary: FeatureMatrix) {
  const X = matrixOf(dictionary);
  const gram = X.transpose().mmul(X);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(gram, { assumeSymmetric: true });
  return (features: FeatureMatrix, penalty: number) => {
    const weight = (penalty * gram.trace()) / dictionary.rows;
    const inverse = eigenvectorMatrix
      .mmul(Matrix.diag(realEigenvalues.map((value) => 1 / (value + weight))))
      .mmul(eigenvectorMatrix.transpose());
    const codes = matrixOf(features).mmul(inverse).mmul(X.transpose());
    return { codes, rebuilt: codes.mmul(X) };
  };
}

/** Squared distance as a fraction of the squared norm of what is expected. */
function squaredError(values: Float32Array, expected: Matrix): number {
  let [error, whole] = [0, 0];
  expected.to1DArray().forEach((value, at) => {
    error += (values[at] - value) ** 2;
    whole += value ** 2;
  });
  return error / whole;
}

for (const atoms of [64, 511, 512, 600, 700]) {
  test(`ridge over ${atoms} atoms rebuilds as in double precision, whatever the penalty`, async () => {
    const [dictionary, features] = [gaussian(atoms, atoms), gaussian(12, 1)];
    const reference = inChannels(dictionary);
    for (const penalty of [1e-2, 1e-3, 1e-4, 5e-5, 3e-5, 1e-5, 1e-6, 1e-7, 1e-8]) {
      const codes = await encode(features, dictionary, ridge({ penalty }));
      const { codes: expected, rebuilt } = reference(features, penalty);
      const off = squaredError((await reconstruct(codes, dictionary)).data, rebuilt);
      assert.ok(off < 1e-11, `penalty ${penalty}: rebuilt features are off by ${off}`);
      // Where products are rounded to single precision, what they lose is divided by the weight.
      const codesOff = squaredError(denseCodes(codes), expected);
      assert.ok(
        codesOff < (penalty > 1e-5 ? 1e-3 : 1e-11),
        `penalty ${penalty}: codes are off by ${codesOff}`,
      );
    }
  });
}

test('ridge with a small penalty leaves atoms out as if they were not there', async () => {
  const penalty = 1e-6;
  const dictionary = gaussian(520, 5);
  const codes = denseCodes(await selfExpress(dictionary, ridge({ penalty })));
  const norms = matrixOf(dictionary).mmul(matrixOf(dictionary).transpose()).diag();
  const mean = norms.reduce((sum, value) => sum + value, 0) / norms.length;
  for (const out of [0, 300, 519]) {
    const kept = Array.from({ length: 520 }, (_, atom) => atom).filter((atom) => atom !== out);
    const others = selectRows(dictionary, kept);
    // The penalty is a fraction of the mean squared norm of all atoms.
    const ownMean = (mean * 520 - norms[out]) / 519;
    const { codes: expected } = inChannels(others)(selectRows(dictionary, [out]), (penalty * mean) / ownMean);
    const own = Float32Array.from(kept, (atom) => codes[out * 520 + atom]);
    assert.equal(codes[out * 521], 0);
    const off = squaredError(own, expected);
    assert.ok(off < 1e-11, `atom ${out}: codes are off by ${off}`);
  }
});

test('ridge names a weight at which the Gram matrix is singular', async () => {
  const dictionary = gaussian(600, 2);
  await assert.rejects(
    encode(gaussian(1, 3), dictionary, ridge({ penalty: 1e-17 })),
    /ridge's weight is 1\.0e-17 of the atoms' mean squared norm.* 600 atoms is singular.*raise the penalty/,
  );
});

test('ridge of products that are known in single precision only still solves for them', async () => {
  const [dictionary, features] = [gaussian(520, 8), gaussian(4, 9)];
  const { atoms, data } = await gramOf(dictionary);
  const { count, cross, squaredNorms } = await signalsOf(features, dictionary);
  const codes = await ridge({ penalty: 1e-4 })({ atoms, data })({ count, cross, squaredNorms });
  const { rebuilt } = inChannels(dictionary)(features, 1e-4);
  assert.ok(squaredError((await reconstruct(codes, dictionary)).data, rebuilt) < 1e-11);
});

test('ridge over many atoms solves for signals that single precision barely holds', async () => {
  const penalty = 1e-2;
  const dictionary = gaussian(520, 8);
  const features = gaussian(4, 9);
  for (const scale of [1e-40, 1e-38, 1e-28, 1e34, 1e37]) {
    const { rows, cols, data } = features;
    const scaled = createFeatureMatrix(
      rows,
      cols,
      data.map((value) => value * scale),
    );
    const { values } = await encode(scaled, dictionary, ridge({ penalty }));
    const { codes: expected } = inChannels(dictionary)(scaled, penalty);
    const off = squaredError(
      Float32Array.from(values, (value) => value / scale),
      expected.div(scale),
    );
    assert.ok(off < 1e-6, `signals times ${scale}: codes are off by ${off}`);
  }
});
