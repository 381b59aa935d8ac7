import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Matrix, solve } from 'ml-matrix';
import { createFeatureMatrix, type FeatureMatrix, rowOf } from '../../src/matrix';
import { denseCodes, encode, gramOf, localRidge, signalsOf } from '../../src/subspace';

function random(rows: number, cols: number, seed: number): FeatureMatrix {
  let state = seed;
  const next = () => ((state = (state * 1103515245 + 12345) % 2147483648) / 2147483648) * 2 - 1;
  return createFeatureMatrix(rows, cols, Float32Array.from({ length: rows * cols }, next));
}

/** By the definition: sort the atoms by their distance, then solve the normal equations of the nearest ones. */
function reference(
  signal: Float32Array,
  atoms: FeatureMatrix,
  neighbours: number,
  penalty: number,
): number[] {
  const distance = (atom: number) =>
    rowOf(atoms, atom).reduce((sum, value, index) => sum + (value - signal[index]) ** 2, 0);
  const nearest = Array.from({ length: atoms.rows }, (_, atom) => atom)
    .sort((a, b) => distance(a) - distance(b))
    .slice(0, neighbours);
  const chosen = new Matrix(nearest.map((atom) => Array.from(rowOf(atoms, atom))));
  const gram = chosen.mmul(chosen.transpose());
  const added = (penalty * gram.trace()) / neighbours;
  for (let index = 0; index < neighbours; index++) gram.set(index, index, gram.get(index, index) + added);
  const right = chosen.mmul(Matrix.columnVector(Array.from(signal)));
  const solution = solve(gram, right).to1DArray();
  const dense = new Array<number>(atoms.rows).fill(0);
  nearest.forEach((atom, index) => (dense[atom] = solution[index]));
  return dense;
}

test('localRidge solves the normal equations of the nearest atoms, for any number of atoms', async () => {
  for (const [atoms, neighbours, cols] of [
    [37, 5, 12],
    [64, 8, 20],
    [6, 6, 3],
    [3, 8, 9],
    [203, 16, 7],
  ]) {
    const dictionary = random(atoms, cols, atoms);
    const features = random(25, cols, 7 * atoms);
    const codes = denseCodes(await encode(features, dictionary, localRidge({ neighbours, penalty: 0.01 })));
    for (let row = 0; row < features.rows; row++) {
      const expected = reference(rowOf(features, row), dictionary, Math.min(neighbours, atoms), 0.01);
      expected.forEach((value, atom) => {
        const difference = Math.abs(codes[row * atoms + atom] - value);
        assert.ok(difference < 1e-4 * Math.max(1, Math.abs(value)), `${atoms} atoms: off by ${difference}`);
      });
    }
  }
});

test('localRidge does not use an excluded atom', async () => {
  const dictionary = random(30, 8, 3);
  const solver = localRidge({ neighbours: 4, penalty: 0.001 });
  const encoder = solver(await gramOf(dictionary));
  const signals = await signalsOf(dictionary, dictionary);
  const own = (codes: Awaited<ReturnType<typeof encoder>>) =>
    Array.from({ length: 30 }, (_, row) => denseCodes(codes)[row * 31]);
  assert.ok(own(await encoder(signals)).every((value) => value > 0.5));
  const excluded = Int32Array.from({ length: 30 }, (_, row) => row);
  assert.ok(own(await encoder({ ...signals, excluded })).every((value) => value === 0));
});

test('localRidge rejects parameters out of range by name', () => {
  assert.throws(
    () => localRidge({ neighbours: 0, penalty: 1 }),
    /neighbours is 0; expected a positive integer/,
  );
  assert.throws(
    () => localRidge({ neighbours: 2, penalty: 0 }),
    /penalty is 0; expected a number in \(0, 1000000000\]/,
  );
});
