import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/base';
import { type FeatureMaps, selectMaps } from '../../src/features';
import { createFeatureMatrix, rowOf } from '../../src/matrix';
import {
  exemplarSetOf,
  fitReconstructor,
  granularities,
  type GranularityName,
} from '../../src/reconstruction';
import { anomalyMaps } from '../../src/scoring';
import { lasso, localRidge, nearest, omp, ridge } from '../../src/subspace';

const [height, width, channels] = [3, 4, 6];

/** Maps of images that are combinations of `rank` random maps: nominal images of one low-dimensional subspace. */
function lowRankMaps(count: number, rank: number, seed: number, level = 3): FeatureMaps {
  const random = createRandom(seed);
  const size = height * width * channels;
  const atoms = Array.from({ length: rank }, (_, atom) => {
    const own = createRandom(1000 + atom);
    return Float64Array.from({ length: size }, () => own.normal());
  });
  const features = createFeatureMatrix(count * height * width, channels);
  for (let image = 0; image < count; image++) {
    const weights = atoms.map(() => random.between(0.2, 1));
    for (let index = 0; index < size; index++) {
      features.data[image * size + index] = atoms.reduce(
        (sum, atom, at) => sum + weights[at] * atom[index],
        0,
      );
    }
  }
  return { level, count, height, width, features };
}

const exact = { metric: 'euclidean', solver: ridge({ penalty: 1e-9 }) } as const;

test('images of a subspace are rebuilt from as many exemplars as it has dimensions; a changed position is not', async () => {
  const nominal = lowRankMaps(20, 3, 1);
  for (const sampler of ['subspace', 'kCenter'] as const) {
    const reconstructor = await fitReconstructor([nominal], { ...exact, sampler, exemplars: 3 });
    const target = lowRankMaps(2, 3, 2);
    const [clean] = await reconstructor.reconstruct([target]);
    assert.ok(
      clean.residuals.every((residual) => residual < 1e-3),
      `${sampler}: out-of-bank images are rebuilt`,
    );
    const position = height * width + 5;
    const feature = rowOf(target.features, position);
    feature.forEach((value, channel) => {
      feature[channel] = -value;
    });
    const [changed] = await reconstructor.reconstruct([target]);
    assert.equal(changed.residuals.indexOf(Math.max(...changed.residuals)), position);
    assert.ok(
      Math.max(...changed.residuals.subarray(0, height * width)) < 1e-3,
      'the other image is untouched',
    );
  }
});

test('residuals are the lengths of target minus rebuilt, and rebuilt is the sum of coefficients times exemplars', async () => {
  const nominal = lowRankMaps(8, 4, 1);
  const target = lowRankMaps(1, 8, 3);
  for (const granularity of ['image', 'position', 'patch'] as const) {
    const options = { granularity, metric: 'euclidean', solver: omp({ atoms: 2 }), exemplars: 5 } as const;
    const reconstructor = await fitReconstructor([nominal], options);
    const [result] = await reconstructor.reconstruct([target]);
    assert.equal(result.codes.rows, granularity === 'image' ? 1 : height * width);
    for (let position = 0; position < height * width; position++) {
      const row = granularity === 'image' ? 0 : position;
      const expected = new Float64Array(channels);
      for (let entry = result.codes.rowStarts[row]; entry < result.codes.rowStarts[row + 1]; entry++) {
        const { image, position: origin } = reconstructor.origins[result.codes.indices[entry]];
        const atom = rowOf(nominal.features, image * height * width + (origin ?? position));
        atom.forEach((value, channel) => {
          expected[channel] += result.codes.values[entry] * value;
        });
      }
      const rebuilt = rowOf(result.rebuilt, position);
      let squares = 0;
      rowOf(target.features, position).forEach((value, channel) => {
        assert.ok(Math.abs(rebuilt[channel] - expected[channel]) < 1e-4, granularity);
        squares += (value - rebuilt[channel]) ** 2;
      });
      assert.ok(Math.abs(result.residuals[position] - Math.sqrt(squares)) < 1e-4);
    }
  }
});

test('with nearest patches the residual is the distance to the nearest exemplar', async () => {
  const nominal = lowRankMaps(5, 5, 1);
  const target = lowRankMaps(1, 5, 9);
  const options = {
    granularity: 'patch',
    sampler: 'random',
    exemplars: 20,
    solver: nearest(),
    metric: 'euclidean',
  } as const;
  const reconstructor = await fitReconstructor([nominal], options);
  const [{ residuals }] = await reconstructor.reconstruct([target]);
  residuals.forEach((residual, position) => {
    const distances = reconstructor.origins.map(({ image, position: origin }) => {
      const atom = rowOf(nominal.features, image * height * width + origin!);
      return Math.hypot(...rowOf(target.features, position).map((value, channel) => value - atom[channel]));
    });
    assert.ok(Math.abs(residual - Math.min(...distances)) < 1e-4);
  });
});

test('a window lets a position be rebuilt from its neighbours', async () => {
  const nominal = lowRankMaps(6, 6, 1);
  const shifted = selectMaps(nominal, [2]);
  for (let row = 0; row < height; row++) {
    for (let col = 1; col < width; col++) {
      rowOf(shifted.features, row * width + col).set(
        rowOf(nominal.features, (2 * height + row) * width + col - 1),
      );
    }
  }
  const residualsWith = async (window: number) => {
    const reconstructor = await fitReconstructor([nominal], {
      granularity: 'position',
      window,
      solver: nearest(),
      metric: 'euclidean',
    });
    return (await reconstructor.reconstruct([shifted]))[0].residuals;
  };
  const [narrow, wide] = [await residualsWith(1), await residualsWith(3)];
  assert.ok(wide.every((residual) => residual < 1e-3));
  assert.ok(narrow.some((residual) => residual > 0.1));
});

/** Mean distance of every position to its nearest entry that is not of itself, as the definition of `nearest` reads. */
function leftOutMean({ count, features }: FeatureMaps, granularity: 'image' | 'position' | 'patch'): number {
  const positions = height * width;
  const distance = (a: number, b: number) =>
    Math.hypot(...rowOf(features, a).map((value, channel) => value - rowOf(features, b)[channel]));
  const distances: number[] = [];
  for (let image = 0; image < count; image++) {
    const others = Array.from({ length: count }, (_, other) => other).filter((other) => other !== image);
    const apart = (other: number) =>
      Array.from({ length: positions }, (_, at) => distance(image * positions + at, other * positions + at));
    const whole = others.map((other) => apart(other).reduce((sum, value) => sum + value ** 2, 0));
    const nearestImage = others[whole.indexOf(Math.min(...whole))];
    for (let at = 0; at < positions; at++) {
      const own = image * positions + at;
      const candidates = {
        image: [nearestImage * positions + at],
        position: others.map((other) => other * positions + at),
        patch: others.flatMap((other) =>
          Array.from({ length: positions }, (_, at) => other * positions + at),
        ),
      }[granularity];
      distances.push(Math.min(...candidates.map((row) => distance(own, row))));
    }
  }
  return distances.reduce((sum, value) => sum + value, 0) / distances.length;
}

test('nominal residuals are learnt without letting an image use itself', async () => {
  for (const granularity of ['image', 'position', 'patch'] as const) {
    const nominal = lowRankMaps(6, 6, 4);
    const { calibration } = await fitReconstructor([nominal], {
      granularity,
      exemplars: granularity === 'patch' ? 72 : 6,
      solver: nearest(),
      metric: 'euclidean',
    });
    const expected = leftOutMean(nominal, granularity);
    assert.ok(
      Math.abs(calibration[0].mean - expected) < 1e-4,
      `${granularity}: ${calibration[0].mean}, expected ${expected}`,
    );
  }
});

test('with a window, no position of an image that is left out helps to reconstruct it', async () => {
  const random = createRandom(5);
  const [count, positions] = [8, height * width];
  const features = createFeatureMatrix(count * positions, channels);
  // Every image is one random feature everywhere, so that its neighbouring positions would reconstruct it exactly.
  for (let image = 0; image < count; image++) {
    const own = Array.from({ length: channels }, () => random.normal());
    for (let at = 0; at < positions; at++) features.data.set(own, (image * positions + at) * channels);
  }
  const nominal = { level: 1, count, height, width, features };
  for (const solver of [nearest(), omp({ atoms: 1 }), ridge({ penalty: 10 })]) {
    const meanWith = async (window: number) => {
      const options = { granularity: 'position', window, solver, metric: 'euclidean' } as const;
      return (await fitReconstructor([nominal], options)).calibration[0].mean;
    };
    const [narrow, wide] = [await meanWith(1), await meanWith(3)];
    assert.ok(wide > 0.5 * narrow, `${wide} with a window, ${narrow} without`);
  }
});

test('the Mahalanobis metric discounts what varies among nominal images', async () => {
  for (const seed of [1, 2, 3, 4]) {
    const random = createRandom(seed);
    const nominal = lowRankMaps(40, 2, seed);
    const features = createFeatureMatrix(nominal.features.rows, channels, nominal.features.data.slice());
    for (let row = 0; row < features.rows; row++) features.data[row * channels] += 3 * random.normal();
    const noisy = { ...nominal, features };
    const target = lowRankMaps(1, 2, 8);
    const changed = (channel: number) => {
      const copy = createFeatureMatrix(target.features.rows, channels, target.features.data.slice());
      copy.data[5 * channels + channel] += 4;
      return { ...target, features: copy };
    };
    const ratio = async (metric: 'euclidean' | 'mahalanobis') => {
      const reconstructor = await fitReconstructor([noisy], {
        metric,
        shrinkage: 0.01,
        solver: ridge({ penalty: 0.1 }),
      });
      const [[varying], [steady]] = await Promise.all(
        [0, 3].map((channel) => reconstructor.reconstruct([changed(channel)])),
      );
      return steady.residuals[5] / varying.residuals[5];
    };
    const [discounted, plain] = [await ratio('mahalanobis'), await ratio('euclidean')];
    assert.ok(discounted > 2 * plain, `seed ${seed}: ${discounted} and ${plain}`);
  }
});

test('levels of different scale weigh the same in the map', async () => {
  const small = lowRankMaps(10, 8, 1, 2);
  const large: FeatureMaps = {
    ...small,
    level: 3,
    features: createFeatureMatrix(
      small.features.rows,
      channels,
      small.features.data.map((value) => 100 * value),
    ),
  };
  const options = { solver: lasso({ multiple: 10 }), exemplars: 4, metric: 'euclidean' } as const;
  const both = await fitReconstructor([small, large], options);
  const one = await fitReconstructor([small], { ...options, referenceLevel: 2 });
  const target = selectMaps(small, [0, 1]);
  const targetLarge = { ...selectMaps(large, [0, 1]), level: 3 };
  const maps = anomalyMaps(await both.reconstruct([target, targetLarge]), both.calibration, {
    size: 12,
    sigma: 0,
  });
  const alone = anomalyMaps(await one.reconstruct([target]), one.calibration, { size: 12, sigma: 0 });
  for (const [image, { data }] of maps.entries()) {
    data.forEach((value, index) => assert.ok(Math.abs(value - alone[image].data[index]) < 1e-3));
  }
});

test('standardized features have mean 0 and standard deviation 1; unit-norm features have length 1', async () => {
  const nominal = lowRankMaps(30, 5, 2);
  const standardized = await fitReconstructor([nominal], { standardize: true });
  const [{ target }] = await standardized.reconstruct([nominal]);
  for (let channel = 0; channel < channels; channel++) {
    const values = Array.from({ length: target.rows }, (_, row) => target.data[row * channels + channel]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    assert.ok(Math.abs(mean) < 1e-5 && Math.abs(deviation - 1) < 1e-4);
  }
  const unit = await fitReconstructor([nominal], { unitNorm: true });
  const [{ target: directions }] = await unit.reconstruct([nominal]);
  for (let row = 0; row < directions.rows; row++)
    assert.ok(Math.abs(Math.hypot(...rowOf(directions, row)) - 1) < 1e-5);
});

test('options and maps that do not fit are rejected before work starts', async () => {
  const nominal = lowRankMaps(4, 2, 1);
  await assert.rejects(
    fitReconstructor([nominal], { exemplars: 5 }),
    /exemplars is 5; expected an integer in \[1, 4\]/,
  );
  await assert.rejects(
    fitReconstructor([nominal], { granularity: 'pixel' as GranularityName }),
    /granularity is pixel/,
  );
  await assert.rejects(
    fitReconstructor([nominal], { window: 2 }),
    /window is 2; expected an odd positive integer/,
  );
  await assert.rejects(
    fitReconstructor([nominal], { referenceLevel: 1 }),
    /referenceLevel is 1; expected one of 3/,
  );
  await assert.rejects(fitReconstructor([nominal], { shrinkage: 0 }), /shrinkage is 0/);
  await assert.rejects(fitReconstructor([]), /no levels were given/);
  const reconstructor = await fitReconstructor([nominal], {});
  await assert.rejects(
    reconstructor.reconstruct([{ ...nominal, level: 2 }]),
    /test maps are \[level 2: 3x4x6\]; .* fitted on \[level 3: 3x4x6\]/,
  );
  nominal.features.data[7] = Number.NaN;
  await assert.rejects(
    fitReconstructor([nominal]),
    /nominal features of level 3 holds NaN at row 1, column 1/,
  );
});

test('a nominal image that is left out uses no patch of its own, though the bank holds all of them', async () => {
  const maps = lowRankMaps(6, 3, 8);
  const { rows, cols } = maps.features;
  for (const [isNearest, solver] of [
    [true, nearest()],
    [false, localRidge({ neighbours: 1, penalty: 1e-9 })],
  ] as const) {
    const { leftOut } = await fitReconstructor([maps], {
      granularity: 'patch',
      sampler: 'random',
      exemplars: rows,
      metric: 'euclidean',
      solver,
    });
    const positions = height * width;
    for (let row = 0; row < rows; row++) {
      const own = rowOf(maps.features, row);
      let least = Number.POSITIVE_INFINITY;
      for (let other = 0; other < rows; other++) {
        if (Math.floor(other / positions) === Math.floor(row / positions)) continue;
        const atom = rowOf(maps.features, other);
        // The distance that the solver minimizes, and the residual after its coefficient.
        const scale = isNearest
          ? 1
          : own.reduce((sum, value, at) => sum + value * atom[at], 0) /
            atom.reduce((sum, value) => sum + value * value, 0);
        const distance = (factor: number) => {
          let sum = 0;
          for (let at = 0; at < cols; at++) sum += (own[at] - factor * atom[at]) ** 2;
          return Math.sqrt(sum);
        };
        least = Math.min(least, distance(1) < 1e-12 ? 0 : distance(scale));
      }
      const actual = leftOut[0].residuals[row];
      assert.ok(actual > 1e-3, `row ${row}: ${actual} looks as if it had used itself`);
      assert.ok(actual >= least - 1e-4, `row ${row}: ${actual}, but no other image is nearer than ${least}`);
    }
  }
});

test('every atom of every level is traced to its place in the nominal image that it was taken from', async () => {
  const coarse = lowRankMaps(5, 4, 11);
  const random = createRandom(12);
  const fine = { ...coarse, level: 2, height: 2 * height, width: 2 * width };
  fine.features = createFeatureMatrix(5 * fine.height * fine.width, 7);
  fine.features.data.forEach((_, at) => (fine.features.data[at] = random.normal()));
  const reconstructor = await fitReconstructor([fine, coarse], {
    granularity: 'patch',
    exemplars: 40,
    metric: 'euclidean',
    solver: nearest(),
  });
  for (const [index, maps] of [fine, coarse].entries()) {
    const level = reconstructor.bank[index];
    const placeOf = granularities.patch.placesOf(level, exemplarSetOf(reconstructor));
    for (let atom = 0; atom < level.exemplars.rows; atom++) {
      const { image, row, column } = placeOf(atom, { row: 0, column: 0 })!;
      const source = rowOf(maps.features, (image * maps.height + row) * maps.width + column);
      assert.deepEqual(rowOf(level.exemplars, atom), source, `level ${level.level}, atom ${atom}`);
    }
  }
});
