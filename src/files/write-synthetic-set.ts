import { join } from 'node:path';
import { integerIn, type LongWork, stopIfAborted } from '../base';
import { type DefectName, defectNames, drawSynthetic, type SurfaceName, surfaceNames } from '../images';
import { writeMaskPng, writePng } from './png';

/** Sizes of a synthetic set. */
export interface SyntheticOptions extends LongWork {
  /** Image side in pixels, an integer in [32, 1024]. Default 128. */
  size?: number;
  /** Nominal images for training, per category. Default 16. */
  train?: number;
  /** Nominal images for testing, per category. Default 5. */
  testNominal?: number;
  /** Test images per category and kind of defect. Default 2. */
  perDefect?: number;
  /** Default 0. */
  seed?: number;
}

/**
 * Writes a synthetic industrial set in MVTec AD's layout: three textures and two objects, five kinds of defect, exact
 * masks.
 *
 * @param root where the categories' folders are made
 * @param options sizes of the set, the seed (the same seed writes the same files), progress and signal
 * @returns the number of files written
 * @example
 * ```ts
 * await writeSyntheticSet('set', { size: 32, train: 2, testNominal: 1, perDefect: 1 });
 * (await openDatasets('mvtec', { root: 'set' })).length // 5
 * ```
 */
export async function writeSyntheticSet(root: string, options: SyntheticOptions = {}): Promise<number> {
  const { size = 128, train = 16, testNominal = 5, perDefect = 2, seed = 0, onProgress, signal } = options;
  for (const [name, value] of Object.entries({ train, testNominal, perDefect }))
    integerIn({ [name]: value }, [1]);
  type Plan = { folder: string; name: string; surface: SurfaceName; defect: DefectName | null; seed: number };
  const plans: Plan[] = [];
  for (const surface of surfaceNames) {
    const add = (split: string, kind: string, defect: DefectName | null, count: number) => {
      for (let index = 0; index < count; index++) {
        const name = String(index).padStart(3, '0');
        const imageSeed = seed * 100_003 + plans.length;
        plans.push({ folder: join(root, surface, split, kind), name, surface, defect, seed: imageSeed });
      }
    };
    add('train', 'good', null, train);
    add('test', 'good', null, testNominal);
    for (const defect of defectNames) add('test', defect, defect, perDefect);
  }
  let files = 0;
  for (const plan of plans) {
    stopIfAborted(signal);
    const { image, mask } = drawSynthetic(plan.surface, {
      defect: plan.defect ?? undefined,
      seed: plan.seed,
      size,
    });
    await writePng(join(plan.folder, `${plan.name}.png`), image);
    files++;
    if (plan.defect) {
      await writeMaskPng(
        join(root, plan.surface, 'ground_truth', plan.defect, `${plan.name}_mask.png`),
        mask,
      );
      files++;
    }
    onProgress?.({
      stage: 'synthetic images',
      done: files,
      total: plans.length + surfaceNames.length * 5 * perDefect,
    });
  }
  return files;
}
