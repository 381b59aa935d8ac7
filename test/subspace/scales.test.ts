import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { featureMatrixFrom } from '../../src/matrix';
import {
  denseCodes,
  elasticNet,
  encode,
  gramOf,
  lasso,
  localRidge,
  nearest,
  omp,
  ridge,
  selfExpress,
  signalsOf,
  type Solver,
} from '../../src/subspace';
import { normalFeatures, timesScale } from '../helpers/scaled-features';

/** Solvers of the same problem for features times `scale`: parameters in the features' units are scaled along. */
const solvers: Record<string, (scale: number) => Solver> = {
  omp: () => omp({ atoms: 4 }),
  'omp with a tolerance': (scale) => omp({ atoms: 9, tolerance: 1.5 * scale }),
  lasso: () => lasso({ multiple: 20 }),
  'lasso with lambda': (scale) => lasso({ lambda: 5 / scale / scale }),
  elasticNet: () => elasticNet({ mu: 0.5, multiple: 20 }),
  'elasticNet with lambda': (scale) => elasticNet({ mu: 0.3, lambda: 5 / scale / scale }),
  ridge: () => ridge({ penalty: 0.01 }),
  'ridge with a small penalty': () => ridge({ penalty: 1e-7 }),
  localRidge: () => localRidge({ neighbours: 4, penalty: 0.01 }),
  nearest: () => nearest(),
};

const exponent = fc.integer({ min: -30, max: 30 });
// Small products are summed in double precision, large ones run in single; from 512 atoms on ridge does, too.
const sizes = fc.constantFrom<[number, number]>([12, 8], [40, 200], [520, 30]);

function assertClose(codes: Float32Array, expected: Float32Array, message: string): void {
  assert.ok(
    expected.some((value) => value !== 0),
    'there is nothing to compare with',
  );
  let worst = 0;
  expected.forEach((value, at) => {
    const off = Math.abs(codes[at] - value);
    if (!(off <= worst)) worst = off;
  });
  assert.ok(worst < 5e-4, `${message}: codes are off by ${worst}`);
}

for (const [name, solverAt] of Object.entries(solvers)) {
  test(`${name}: features of any scale have the same codes`, async () => {
    await fc.assert(
      fc.asyncProperty(exponent, sizes, fc.nat(1000), async (k, [atoms, channels], seed) => {
        const scale = 10 ** k;
        const [dictionary, signals] = [
          normalFeatures(atoms, channels, seed),
          normalFeatures(3, channels, seed + 1),
        ];
        const expected = denseCodes(await encode(signals, dictionary, solverAt(1)));
        const scaled = [timesScale(signals, scale), timesScale(dictionary, scale)] as const;
        const codes = denseCodes(await encode(...scaled, solverAt(scale)));
        assertClose(codes, expected, `${atoms} atoms of ${channels} times 1e${k}`);
      }),
      {
        numRuns: 25,
        examples: [-30, -15, 15, 30].map((k): [number, [number, number], number] => [k, [40, 200], 1]),
      },
    );
  });
}

test('features of any scale express each other in the same way', async () => {
  const features = normalFeatures(30, 200, 4);
  for (const [name, solverAt] of Object.entries(solvers)) {
    const expected = denseCodes(await selfExpress(features, solverAt(1)));
    for (const k of [-30, -20, 20, 30]) {
      const scale = 10 ** k;
      const codes = denseCodes(await selfExpress(timesScale(features, scale), solverAt(scale)));
      assertClose(codes, expected, `${name}, times 1e${k}`);
    }
  }
});

test('an encoder without some atoms keeps to them at any scale', async () => {
  const dictionary = normalFeatures(40, 200, 6);
  const [unused, signals] = [[0, 7, 39], normalFeatures(3, 200, 7)];
  for (const name of ['omp', 'ridge', 'localRidge', 'nearest']) {
    const codesAt = async (scale: number) => {
      const scaled = timesScale(dictionary, scale);
      const encoder = solvers[name](scale)(await gramOf(scaled));
      return denseCodes(await encoder.without!(unused)(await signalsOf(timesScale(signals, scale), scaled)));
    };
    const expected = await codesAt(1);
    for (const k of [-30, 30]) {
      const codes = await codesAt(10 ** k);
      assertClose(codes, expected, `${name}, times 1e${k}`);
      assert.ok(unused.every((atom) => codes[atom] === 0));
    }
  }
});

test('variance is in squared units of the features', async () => {
  const [dictionary, signals] = [normalFeatures(40, 200, 1), normalFeatures(3, 200, 2)];
  const expected = denseCodes(await encode(signals, dictionary, ridge({ variance: 0.01 })));
  for (const k of [-30, -10, 5]) {
    const scaled = [timesScale(signals, 10 ** k), timesScale(dictionary, 10 ** k)] as const;
    const codes = await encode(...scaled, ridge({ variance: 0.01 * 10 ** (2 * k) }));
    assertClose(denseCodes(codes), expected, `times 1e${k}`);
  }
  assert.throws(() => ridge({ variance: 0.01 * 10 ** 20 }), /variance is 1000000000000000000; expected/);
});

test('a weight at which the penalty is lost in rounding is refused', async () => {
  const [dictionary, signals] = [normalFeatures(12, 8, 1), normalFeatures(5, 8, 2)];
  const scaled = [timesScale(signals, 1e15), timesScale(dictionary, 1e15)] as const;
  for (const solver of [lasso({ lambda: 1 }), elasticNet({ mu: 0.5, lambda: 1 })])
    await assert.rejects(
      encode(...scaled, solver),
      /lambda is 1 for signal 0, whose largest inner product with an atom is \d.*; expected at most .*lower lambda, scale the features or give multiple/,
    );
  assert.throws(() => lasso({ multiple: 1e7 }), /multiple is 10000000; expected a number in \(1, 1000000\]/);
});

test('up to the largest weight the elastic net is at its minimum', async () => {
  // The penalty of a solution is at most that of any other that rebuilds the signal as well: of a smaller weight's, about.
  const [dictionary, signals] = [normalFeatures(600, 40, 1), normalFeatures(4, 40, 2)];
  const penaltyOf = async (multiple: number) => {
    const codes = denseCodes(await encode(signals, dictionary, lasso({ multiple })));
    return codes.reduce((sum, value) => sum + Math.abs(value), 0);
  };
  const [small, large] = [await penaltyOf(1e4), await penaltyOf(1e6)];
  assert.ok(large > small && large < 1.02 * small, `${small}, ${large}`);
});

test('a signal that single precision does not hold beside the atoms is refused, not zero', async () => {
  const dictionary = featureMatrixFrom([
    [1e9, 0],
    [0, 1e9],
  ]);
  const solver = localRidge({ neighbours: 1, penalty: 0.01 });
  for (const value of [3e38, -3e38])
    await assert.rejects(
      encode(featureMatrixFrom([[value, value]]), dictionary, solver),
      /signal 0 has inner products .* single precision does not hold.*scale or remove it/,
    );
});

test('a Gram matrix without usable squared norms is refused', () => {
  for (const solverAt of Object.values(solvers)) {
    const prepare = (data: Float32Array) => () => solverAt(1)({ atoms: 2, data });
    assert.throws(
      prepare(Float32Array.of(1, 0, 0, Infinity)),
      /gram holds Infinity as the squared norm of atom 1/,
    );
    assert.throws(prepare(Float32Array.of(NaN, 0, 0, 1)), /gram holds NaN as the squared norm of atom 0/);
    assert.throws(prepare(Float32Array.of(-1, 0, 0, 1)), /gram holds -1 as the squared norm of atom 0/);
    assert.throws(prepare(Float32Array.of(1e-40, 0, 0, 0)), /largest squared norm is .*e-41 in single/);
  }
});
