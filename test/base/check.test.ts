import assert from 'node:assert/strict';
import { test } from 'node:test';
import { extent, integerIn, moments, numberIn, oddInteger, oneOf } from '../../src/base';

test('checks return the value, or throw an error that says what is expected', () => {
  assert.equal(integerIn({ exemplars: 3 }, [1, 3]), 3);
  assert.equal(numberIn({ mu: 1 }, { above: 0, to: 1 }), 1);
  assert.equal(oneOf({ fit: 'crop' }, ['stretch', 'crop']), 'crop');
  const cases: [() => unknown, RegExp][] = [
    [
      () => integerIn({ exemplars: 4 }, [1, 3], 'the number of features'),
      /^exemplars is 4; expected an integer in \[1, 3\], the number of features$/,
    ],
    [() => integerIn({ atoms: 0 }, [1]), /^atoms is 0; expected a positive integer$/],
    [() => integerIn({ outliers: 1.5 }, [0]), /^outliers is 1.5; expected an integer >= 0$/],
    [() => integerIn({ size: Infinity }, [1]), /^size is Infinity; expected a positive integer$/],
    [() => numberIn({ lambda: 1 }, { above: 1 }), /^lambda is 1; expected a finite number > 1$/],
    [
      () => numberIn({ lambda: Infinity }, { above: 1 }),
      /^lambda is Infinity; expected a finite number > 1$/,
    ],
    [() => numberIn({ noise: -1 }, { from: 0 }), /^noise is -1; expected a finite number >= 0$/],
    [() => numberIn({ mu: 0 }, { above: 0, to: 1 }), /^mu is 0; expected a number in \(0, 1\]$/],
    [() => numberIn({ sigma: NaN }, { from: 0, below: 4 }), /^sigma is NaN; expected a number in \[0, 4\)$/],
    [() => oddInteger({ window: 2 }), /^window is 2; expected an odd positive integer$/],
    [
      () => oneOf({ sampler: 'best' }, ['subspace', 'random']),
      /^sampler is best; expected one of subspace, random$/,
    ],
  ];
  for (const [check, message] of cases) {
    assert.throws(
      check,
      (error: Error) => error instanceof RangeError && message.test(error.message),
      String(message),
    );
  }
});

test('extent and moments accept more values than a function accepts arguments', () => {
  const values = Float32Array.from({ length: 1_000_000 }, (_, index) => index % 11);
  assert.deepEqual(extent(values), [0, 10]);
  const { mean, standardDeviation } = moments([2, 4, 4, 4, 5, 5, 7, 9]);
  assert.deepEqual([mean, standardDeviation], [5, 2]);
});
