import '../../src/platform';
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Configuration, fitDetector, loadDetector } from '../../src/detector';
import { drawSynthetic } from '../../src/images';
import { encodeSafetensors, parseSafetensors } from '../../src/matrix';
import { temporaryFolder } from '../helpers/temporary';

/** Paths of all numbers of a JSON value. */
function numbersOf(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof value === 'number') return [[...path]];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, one]) => numbersOf(one, [...path, key]));
}

/** The value with another number at a path. */
function withNumber(value: unknown, path: readonly (string | number)[], number: number): unknown {
  const copy = structuredClone(value) as Record<string, unknown>;
  let place = copy;
  for (const key of path.slice(0, -1)) place = place[key] as Record<string, unknown>;
  place[path.at(-1)!] = number;
  return copy;
}

test('a memory bank with any odd number is rejected, or gives finite maps and scores', async (context) => {
  const folder = await temporaryFolder(context);
  const path = join(folder, 'bank.safetensors');
  const images = [0, 1, 2, 3].map((seed) => drawSynthetic('nut', { seed, size: 32 }).image);
  const changes: Partial<Configuration> = {
    backbone: 'scattering',
    ...{ size: 32, levels: [1, 2], levelWeights: [1, 2], sigma: 1.5, patches: 20 },
    granularities: ['image', 'patch'],
  };
  const fitted = await fitDetector(images, changes);
  await fitted.save(path);
  await fitted.dispose();
  const { tensors, metadata } = parseSafetensors(await readFile(path), { source: path });
  const fields = ['configuration', 'thresholds', 'heat_range', 'reconstructors'].flatMap((field) =>
    numbersOf(JSON.parse(metadata[field])).map((place) => ({ field, place })),
  );
  const isOfScores = ({ place }: { place: readonly (string | number)[] }) =>
    ['mean', 'standardDeviation', 'weight', 'sigma', 'levelWeights'].some((name) => place.includes(name));
  const odd = fc.oneof(
    fc.constantFrom(0, -0, 1e-320, 5e-324, 1e-160, 1e-40, 1e-20, 1e15, 1e20, 1e38, 1e39, 1e300, -1e300),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  const outcomes = { rejected: 0, finite: 0 };
  const image = drawSynthetic('nut', { seed: 9, size: 32, defect: 'stain' }).image;
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.constantFrom(...fields.filter(isOfScores)), fc.constantFrom(...fields)),
      odd,
      async ({ field, place }, number) => {
        const changed = {
          ...metadata,
          [field]: JSON.stringify(withNumber(JSON.parse(metadata[field]), place, number)),
        };
        await writeFile(path, encodeSafetensors(tensors, changed));
        let detector;
        try {
          detector = await loadDetector(path);
        } catch (error) {
          assert.ok(error instanceof Error && error.message.includes(path), String(error));
          outcomes.rejected++;
          return;
        }
        try {
          for await (const { score, map, anomalousFraction } of detector.score(image)) {
            assert.ok(Number.isFinite(score) && Number.isFinite(anomalousFraction), `${score}`);
            assert.ok(map.data.every(Number.isFinite));
          }
        } finally {
          await detector.dispose();
        }
        outcomes.finite++;
      },
    ),
    { numRuns: 400 },
  );
  assert.ok(outcomes.rejected > 50 && outcomes.finite > 20, JSON.stringify(outcomes));
});

test('what is not finite in a map is an error that names the image', async () => {
  const images = [0, 1, 2].map((seed) => drawSynthetic('nut', { seed, size: 32 }).image);
  const detector = await fitDetector(images, { backbone: 'scattering', size: 32 });
  for (const value of [NaN, Infinity]) {
    const { data } = images[0];
    const pixels = { width: 32, height: 32, data: data.map((one, at) => (at === 700 ? value : one)) };
    await assert.rejects(detector.score(pixels).next(), /image 0|finite/);
  }
  for (const { calibration } of detector.reconstructors) calibration[0].mean = NaN;
  await assert.rejects(
    detector.score(images[1]).next(),
    /the anomaly map or score of image 0 holds NaN; expected finite numbers/,
  );
  await detector.dispose();
});
