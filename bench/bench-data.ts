import '../src/platform';
import { createRandom, quantile } from '../src/base';
import { createExtractor, extractAll, type FeatureMaps } from '../src/features';
import { loadBackbone, mtd } from '../src/files';
import { samplesOf } from '../src/images';
import { createFeatureMatrix, type FeatureMatrix } from '../src/matrix';

/** Features of MTD's training images by resnet50_v2 at 224x224. */
export async function tileFeatures(
  root: string,
  weights: string,
  levels: readonly number[],
): Promise<FeatureMaps[]> {
  const extractor = await createExtractor(await loadBackbone('resnet50_v2', weights), { size: 224, levels });
  const { maps } = await extractAll(extractor, samplesOf(await mtd(root), 'train'));
  await extractor.dispose();
  return maps;
}

/** Seeded features near a subspace of 40 dimensions, where no images are at hand. */
export function lowRankFeatures(rows: number, cols: number): FeatureMatrix {
  const random = createRandom(1);
  const rank = 40;
  const basis = Float32Array.from({ length: rank * cols }, () => random.normal());
  const features = createFeatureMatrix(rows, cols);
  for (let row = 0; row < rows; row++) {
    const own = features.data.subarray(row * cols, (row + 1) * cols);
    for (let k = 0; k < rank; k++) {
      const weight = random.normal() * Math.exp(-k / 8);
      for (let col = 0; col < cols; col++) own[col] += weight * basis[k * cols + col];
    }
    for (let col = 0; col < cols; col++) own[col] += 0.3 * random.uniform();
  }
  return features;
}

/** Runs something several times; the median of the milliseconds and the last result. */
export async function clock<Result>(
  runs: number,
  run: () => Promise<Result> | Result,
): Promise<{ milliseconds: number; result: Result }> {
  const times: number[] = [];
  let result!: Result;
  for (let index = 0; index < runs; index++) {
    const started = performance.now();
    result = await run();
    times.push(performance.now() - started);
  }
  return { milliseconds: quantile(times, 0.5), result };
}
