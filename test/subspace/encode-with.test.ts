import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/base';
import { createFeatureMatrix, type FeatureMatrix, normalizeRows, selectRows } from '../../src/matrix';
import {
  denseCodes,
  encode,
  encoderWith,
  gramOf,
  lasso,
  localRidge,
  nearest,
  omp,
  ridge,
  signalsOf,
  type Solver,
} from '../../src/subspace';

/** Rows of norm 1, so that the mean norm, and with it the weight of ridge, is the same for any of them. */
function directions(rows: number, cols: number, seed: number): FeatureMatrix {
  const random = createRandom(seed);
  const data = Float32Array.from({ length: rows * cols }, () => random.normal());
  return normalizeRows(createFeatureMatrix(rows, cols, data));
}

const solvers: Record<string, Solver> = {
  nearest: nearest(),
  omp: omp({ atoms: 5 }),
  localRidge: localRidge({ neighbours: 6, penalty: 0.01 }),
  ridge: ridge({ penalty: 0.01 }),
  lasso: lasso({ lambda: 20 }),
};

for (const [name, solver] of Object.entries(solvers)) {
  for (const [atoms, tolerance] of [
    [40, 1e-5],
    [600, 1e-4],
  ]) {
    test(`${name} without some of ${atoms} atoms is ${name} over the others`, async () => {
      const dictionary = directions(atoms, 24, 1);
      const features = directions(30, 24, 2);
      const kept = Array.from({ length: atoms }, (_, atom) => atom).filter((atom) => atom % 7 !== 3);
      const gram = await gramOf(dictionary);
      const encoder = solver(gram);
      const some = encoderWith(kept, { gram, solver, encoder });
      const codes = denseCodes(await some(await signalsOf(features, dictionary)));
      const reference = denseCodes(
        await encode(features, selectRows(dictionary, Uint32Array.from(kept)), solver),
      );
      for (let row = 0; row < features.rows; row++) {
        for (let atom = 0; atom < atoms; atom++) {
          const place = kept.indexOf(atom);
          const expected = place < 0 ? 0 : reference[row * kept.length + place];
          const actual = codes[row * atoms + atom];
          assert.ok(Math.abs(actual - expected) <= tolerance, `${row}, ${atom}: ${actual}, not ${expected}`);
        }
      }
    });
  }
}

test('ridge leaves out a signal’s own atom and those that the encoder is without, together', async () => {
  const dictionary = directions(20, 8, 3);
  const features = directions(4, 8, 4);
  const solver = ridge({ penalty: 0.1 });
  const signals = await signalsOf(features, dictionary);
  const encoder = solver(await gramOf(dictionary));
  const codes = denseCodes(
    await encoder.without!([2, 5])({ ...signals, excluded: Int32Array.from([-1, 7, 5, 0]) }),
  );
  for (const [row, unused] of [
    [2, 5],
    [2, 5, 7],
    [2, 5],
    [2, 5, 0],
  ].entries()) {
    const kept = Array.from({ length: 20 }, (_, atom) => atom).filter((atom) => !unused.includes(atom));
    const expected = denseCodes(
      await encode(features, selectRows(dictionary, Uint32Array.from(kept)), solver),
    );
    for (const [place, atom] of kept.entries())
      assert.ok(Math.abs(codes[row * 20 + atom] - expected[row * kept.length + place]) < 1e-6);
    for (const atom of unused) assert.equal(codes[row * 20 + atom], 0);
  }
});
