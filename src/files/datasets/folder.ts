import { basename, join, resolve } from 'node:path';
import type { Dataset, Sample } from '../../images';
import { chooseTraining, type NominalSplit } from './choose-training';
import { imagesByStem, listFolders, listImages, stemOf } from './list-files';

/**
 * A folder of one's own: nominal images in `good/`, anything else in folders of any other name. Masks, where there are
 * any, lie in `masks/DEFECT/NAME.png` (or `NAME_mask.png`). A seeded fraction of `good/` is for training; the rest and all
 * other images are for testing.
 *
 * @param split fraction for training (default 0.8) and seed
 * @throws Error when `good/` holds no images
 */
export async function folder(
  root: string,
  { trainFraction = 0.8, seed = 0 }: NominalSplit = {},
): Promise<Dataset> {
  const kinds = (await listFolders(root)).filter((name) => name !== 'good' && name !== 'masks');
  const good = await listImages(join(root, 'good'));
  if (good.length === 0) throw new Error(`no images in ${join(root, 'good')}; put nominal images there`);
  const training = chooseTraining(good.length, { trainFraction, seed });
  const samples: Sample[] = good.map((path, index) => ({
    path,
    split: training[index] ? 'train' : 'test',
    label: 'nominal',
    defect: 'good',
    maskPath: null,
  }));
  for (const defect of kinds) {
    const masks = await imagesByStem(join(root, 'masks', defect), '_mask');
    for (const path of await listImages(join(root, defect))) {
      samples.push({
        path,
        split: 'test',
        label: 'anomalous',
        defect,
        maskPath: masks.get(stemOf(path)) ?? null,
      });
    }
  }
  return { name: basename(resolve(root)), samples };
}
