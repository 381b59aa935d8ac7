import { join } from 'node:path';
import type { LongWork } from '../long-work';
import { writeMaskPng, writePng } from '../png';
import { createRandom } from '../random';
import type { Mask, RgbImage } from '../rgb-image';
import { type DefectName, defectNames, defects } from './defects';
import { type SurfaceName, surfaceNames, surfaces } from './surfaces';

export { type DefectName, defectNames } from './defects';
export { type SurfaceName, surfaceNames } from './surfaces';

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

/** One synthetic image and its exact mask. */
export interface SyntheticImage {
  image: RgbImage;
  mask: Mask;
}

/**
 * Draws one image of a synthetic category.
 *
 * @param defect a kind of defect, or null for a nominal image (whose mask is all zero)
 * @param seed the same seed draws the same image
 * @throws RangeError when a name is unknown or `size` is not an integer in [32, 1024]
 */
export function drawSynthetic(
  surface: SurfaceName,
  defect: DefectName | null,
  seed: number,
  size = 128,
): SyntheticImage {
  if (!Number.isInteger(size) || size < 32 || size > 1024) {
    throw new RangeError(`size is ${size}; expected an integer in [32, 1024]`);
  }
  if (!surfaceNames.includes(surface)) {
    throw new RangeError(`surface is ${surface}; expected one of ${surfaceNames.join(', ')}`);
  }
  if (defect !== null && !defectNames.includes(defect)) {
    throw new RangeError(`defect is ${defect}; expected one of ${defectNames.join(', ')}`);
  }
  const random = createRandom(seed);
  const image = surfaces[surface](size, random);
  if (defect === null)
    return { image, mask: { width: size, height: size, data: new Uint8Array(size * size) } };
  const isObject = surface === 'nut' || surface === 'capsule';
  const [near, far] = isObject ? [0.36, 0.64] : [0.22, 0.78];
  const place = { x: random.between(near, far) * size, y: random.between(near, far) * size };
  return defects[defect](image, place, random);
}

/**
 * Writes a synthetic industrial set in MVTec AD's layout: three textures and two objects, five kinds of defect, exact
 * masks.
 *
 * @param root where the categories' folders are made
 * @returns the number of files written
 */
export async function writeSyntheticSet(root: string, options: SyntheticOptions = {}): Promise<number> {
  const { size = 128, train = 16, testNominal = 5, perDefect = 2, seed = 0, onProgress, signal } = options;
  for (const [name, value] of Object.entries({ train, testNominal, perDefect })) {
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`${name} is ${value}; expected a positive integer`);
  }
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
    signal?.throwIfAborted();
    const { image, mask } = drawSynthetic(plan.surface, plan.defect, plan.seed, size);
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
