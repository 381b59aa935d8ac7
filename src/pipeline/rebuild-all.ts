import { concatenate, type LongWork, stopIfAborted } from '../base';
import { type FeatureMaps, sliceMaps } from '../features';
import type { RebuiltMaps, Reconstructor } from '../reconstruction';
import { largestCoefficients, stackCodes } from '../subspace';

/** Images that are reconstructed at a time, so that an abort does not wait long. */
const batch = 8;

/** Residuals of all images, and the largest coefficient of every row of their codes; the targets are the features given. */
export async function rebuildAll(
  reconstructor: Reconstructor,
  maps: readonly FeatureMaps[],
  { signal, onProgress }: LongWork,
): Promise<RebuiltMaps[]> {
  const { count } = maps[0];
  const residuals: Float32Array[][] = maps.map(() => []);
  const codes: RebuiltMaps['codes'][][] = maps.map(() => []);
  const targets: Float32Array[][] = maps.map(() => []);
  for (let start = 0; start < count; start += batch) {
    stopIfAborted(signal);
    const end = Math.min(count, start + batch);
    const levels = await reconstructor.reconstruct(maps.map((map) => sliceMaps(map, start, end)));
    for (const [at, level] of levels.entries()) {
      residuals[at].push(level.residuals);
      codes[at].push(largestCoefficients(level.codes));
      targets[at].push(level.target.data);
    }
    onProgress?.({ stage: 'test images', done: end, total: count });
  }
  return maps.map(({ features, ...map }, at) => ({
    ...map,
    ignored: reconstructor.bank[at].ignored,
    residuals: concatenate(residuals[at], Float32Array),
    codes: stackCodes(codes[at]),
    target: { ...features, data: concatenate(targets[at], Float32Array) },
  }));
}
