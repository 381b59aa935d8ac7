import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Configuration, fitDetector } from '../../src/detector';
import { openDatasets } from '../../src/files';
import { samplesOf } from '../../src/images';
import { rowOf } from '../../src/matrix';

const variants: Record<string, Partial<Configuration>> = {
  image: { granularities: ['image'], exemplars: 6 },
  position: { granularities: ['position'], window: 3, exemplars: 4 },
  patch: { granularities: ['patch'], patches: 80, solver: { name: 'omp', atoms: 5 } },
  both: { granularities: ['image', 'patch'], patches: 40, unitNorm: false },
};

for (const [name, variant] of Object.entries(variants)) {
  test(`${name}: the exemplars that explain names, weighted and added up, are the rebuilt feature, at every level`, async () => {
    const [dataset] = await openDatasets('synthetic', { categories: ['nut'] });
    const detector = await fitDetector(dataset, {
      backbone: 'scattering',
      size: 64,
      levels: [1, 2, 3],
      referenceLevel: 2,
      ...variant,
    });
    const training = samplesOf(dataset, 'train');
    const nominal = new Map<string, Awaited<ReturnType<typeof detector.extractor.extract>>>();
    for await (const { path, image } of detector.score(training))
      nominal.set(path, await detector.extractor.extract([image]));
    const target = samplesOf(dataset, 'test').find(({ defect }) => defect === 'hole')!;
    for await (const scored of detector.score(target)) {
      for (const [index, { granularity, level, height, width, rebuilt }] of scored.levels.entries()) {
        for (const [row, column] of [
          [0, 0],
          [1, width - 1],
          [height >> 1, width >> 1],
          [height - 1, 1],
        ]) {
          const parts = detector.explain(scored, { granularity, level, row, column });
          const sum = new Float64Array(rebuilt.cols);
          for (const { image, row: y, column: x, coefficient } of parts) {
            const feature = rowOf(nominal.get(image)![index % 3].features, y * width + x);
            feature.forEach((value, channel) => (sum[channel] += coefficient * value));
          }
          rowOf(rebuilt, row * width + column).forEach((value, channel) => {
            const difference = Math.abs(value - sum[channel]);
            assert.ok(
              difference < 1e-4,
              `level ${level}, row ${row}, column ${column}: off by ${difference}`,
            );
          });
          const magnitudes = parts.map(({ coefficient }) => Math.abs(coefficient));
          assert.deepEqual(
            magnitudes,
            [...magnitudes].sort((a, b) => b - a),
          );
        }
      }
      assert.throws(
        () => detector.explain(scored, { level: 9, row: 0, column: 0 }),
        /level is 9; expected one of 1, 2, 3/,
      );
      assert.throws(
        () => detector.explain(scored, { level: 1, row: 99, column: 0 }),
        /row is 99; expected an integer in \[0, 15\]/,
      );
    }
    await detector.dispose();
  });
}
