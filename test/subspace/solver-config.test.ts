import '../../src/platform';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '../../src/base';
import { featureMatrixFrom, normalizeRows, rowOf, selectRows } from '../../src/matrix';
import {
  denseCodes,
  elasticNet,
  encode,
  lasso,
  nearest,
  omp,
  ridge,
  selfExpress,
  type Solver,
  solverOf,
} from '../../src/subspace';

/** Made by test/fixtures/make_fixtures.py with scikit-learn. */
const reference = JSON.parse(readFileSync(join(__dirname, '..', 'fixtures', 'reference.json'), 'utf8'));
const dictionary = featureMatrixFrom(reference.dictionary);
const signals = featureMatrixFrom(reference.signals);

async function assertMatches(solver: Solver, expected: number[][], tolerance = 1e-5) {
  const codes = denseCodes(await encode(signals, dictionary, solver));
  expected.flat().forEach((value, index) => {
    assert.ok(
      Math.abs(codes[index] - value) <= tolerance,
      `coefficient ${index}: ${codes[index]}, scikit-learn ${value}`,
    );
  });
}

test('OMP agrees with scikit-learn', () => assertMatches(omp({ atoms: 5 }), reference.omp));
test('OMP with a tolerance agrees with scikit-learn', () =>
  assertMatches(omp({ atoms: 16, tolerance: 0.05 }), reference.ompTolerance));
test('LASSO agrees with scikit-learn', () =>
  assertMatches(lasso({ multiple: reference.multiple }), reference.lasso));
test('elastic net agrees with scikit-learn', () =>
  assertMatches(elasticNet({ mu: reference.mu, multiple: reference.multiple }), reference.elasticNet));
test('ridge agrees with scikit-learn', () =>
  assertMatches(ridge({ penalty: reference.penalty }), reference.ridge));

test('nearest gives coefficient 1 to the nearest atom and to no other', async () => {
  const codes = await encode(signals, dictionary, nearest());
  for (let row = 0; row < signals.rows; row++) {
    const distances = Array.from({ length: dictionary.rows }, (_, atom) =>
      rowOf(dictionary, atom).reduce((sum, value, col) => sum + (value - rowOf(signals, row)[col]) ** 2, 0),
    );
    assert.equal(codes.rowStarts[row + 1] - codes.rowStarts[row], 1);
    assert.equal(codes.indices[row], distances.indexOf(Math.min(...distances)));
    assert.equal(codes.values[row], 1);
  }
});

/** Features with more atoms than dimensions, some of them repeated, so that atoms depend linearly. */
const hardProblems = fc.record({
  seed: fc.nat(1e6),
  atoms: fc.integer({ min: 1, max: 12 }),
  cols: fc.integer({ min: 1, max: 5 }),
});

test('LASSO satisfies the optimality conditions, also where atoms depend linearly', async () => {
  await fc.assert(
    fc.asyncProperty(
      hardProblems,
      fc.double({ min: 1.5, max: 500, noNaN: true }),
      async ({ seed, atoms, cols }, multiple) => {
        const random = createRandom(seed);
        const rows = Array.from({ length: atoms + 1 }, () =>
          Array.from({ length: cols }, () => Math.round(3 * random.normal())),
        );
        if (rows[0].every((value) => value === 0)) return;
        const all = featureMatrixFrom(rows);
        const x = selectRows(all, [0]);
        const bank = selectRows(
          all,
          Array.from({ length: atoms }, (_, index) => index + 1),
        );
        const codes = await encode(x, bank, lasso({ multiple, tolerance: 1e-12 }));
        const dense = new Float64Array(atoms);
        codes.indices.forEach((atom, entry) => (dense[atom] = codes.values[entry]));
        const product = (atom: number, of: ArrayLike<number>) =>
          rowOf(bank, atom).reduce((sum, value, col) => sum + value * of[col], 0);
        const largest = Math.max(
          ...Array.from({ length: atoms }, (_, atom) => Math.abs(product(atom, x.data))),
        );
        if (largest === 0) return assert.equal(codes.values.length, 0);
        // In double precision: single precision alone would be off by more than the tolerance.
        const residual = Float64Array.from(x.data, (value, col) =>
          dense.reduce((rest, coefficient, atom) => rest - coefficient * rowOf(bank, atom)[col], value),
        );
        const tolerance = 2e-3;
        for (let atom = 0; atom < atoms; atom++) {
          const gradient = (product(atom, residual) * multiple) / largest;
          assert.ok(
            Math.abs(gradient) <= 1 + tolerance,
            `|<v, nu>| = ${Math.abs(gradient)} at multiple ${multiple}`,
          );
          if (Math.abs(dense[atom]) > 1e-6)
            assert.ok(
              Math.abs(gradient - Math.sign(dense[atom])) <= tolerance,
              `${gradient} at multiple ${multiple}`,
            );
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('in self-expression no feature uses itself, whatever the solver', async () => {
  const solvers = [
    omp({ atoms: 3 }),
    lasso({ multiple: 10 }),
    elasticNet({ mu: 0.7, multiple: 10 }),
    ridge({ penalty: 0.01 }),
    nearest(),
  ];
  for (const solver of solvers) {
    const dense = denseCodes(await selfExpress(dictionary, solver));
    for (let index = 0; index < dictionary.rows; index++)
      assert.equal(dense[index * dictionary.rows + index], 0);
  }
});

test('ridge without an atom equals ridge on the dictionary without it', async () => {
  const penalty = 0.05;
  const features = normalizeRows(dictionary);
  const codes = denseCodes(await selfExpress(features, ridge({ penalty })));
  const others = Array.from({ length: features.rows - 1 }, (_, index) => index + 1);
  const expected = denseCodes(
    await encode(selectRows(features, [0]), selectRows(features, others), ridge({ penalty })),
  );
  expected.forEach((value, index) => {
    assert.ok(Math.abs(codes[index + 1] - value) < 1e-5);
  });
});

test('solvers reject parameters that are out of range', () => {
  assert.throws(() => omp({ atoms: 0 }), /atoms is 0; expected a positive integer/);
  assert.throws(() => omp({ atoms: 3, tolerance: -1 }), /tolerance is -1/);
  assert.throws(() => lasso({ lambda: 0 }), /lambda is 0; expected a finite number > 0/);
  for (const make of [
    () => lasso({} as never),
    () => elasticNet({ mu: 0.5 } as never),
    () => solverOf({ name: 'lasso' } as never),
  ])
    assert.throws(make, /neither lambda nor multiple is given; expected one of them/);
  assert.throws(() => lasso({ multiple: 1 }), /multiple is 1; expected a number in \(1, 1000000\]/);
  assert.throws(() => elasticNet({ mu: 0, multiple: 5 }), /mu is 0; expected a number in \(0, 1\]/);
  assert.throws(() => ridge({ penalty: Number.NaN }), /penalty is NaN/);
});
