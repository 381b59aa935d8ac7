import { join } from 'node:path';
import type { Dataset, Sample } from '../../images';
import { imagesByStem, listFolders, listImages, stemOf } from './list-files';

/** The names by which MVTec AD's layout and BTAD's differ. */
interface Layout {
  nominal: string;
  maskSuffix: string;
}

/**
 * MVTec AD's categories (Bergmann et al., CVPR 2019): `train/good`, `test/DEFECT`, `ground_truth/DEFECT/NAME_mask.png`.
 *
 * @param root the folder that holds the categories
 * @param category e.g. `bottle`
 * @throws Error when the layout is another one
 */
export function mvtecCategory(root: string, category: string): Promise<Dataset> {
  return readCategory(root, category, { nominal: 'good', maskSuffix: '_mask' });
}

/**
 * BTAD's categories (Mishra et al., ISIE 2021): `train/ok`, `test/ok|ko`, `ground_truth/ko/NAME`.
 *
 * @param root the folder that holds `01`, `02` and `03`
 * @throws Error when the layout is another one
 */
export function btadCategory(root: string, category: string): Promise<Dataset> {
  return readCategory(root, category, { nominal: 'ok', maskSuffix: '' });
}

/** Folders of `root` that hold a `train` folder. */
export async function listCategories(root: string): Promise<string[]> {
  const names = await listFolders(root);
  const holdTrain = await Promise.all(
    names.map(async (name) => (await listFolders(join(root, name))).includes('train')),
  );
  return names.filter((_, index) => holdTrain[index]);
}

async function readCategory(
  root: string,
  category: string,
  { nominal, maskSuffix }: Layout,
): Promise<Dataset> {
  const folder = join(root, category);
  const training = await listImages(join(folder, 'train', nominal));
  const samples: Sample[] = training.map((path) => ({
    path,
    split: 'train',
    label: 'nominal',
    defect: 'good',
    maskPath: null,
  }));
  for (const kind of await listFolders(join(folder, 'test'))) {
    const masks = await imagesByStem(join(folder, 'ground_truth', kind), maskSuffix);
    for (const path of await listImages(join(folder, 'test', kind))) {
      const sample = { path, split: 'test' } as const;
      if (kind === nominal) {
        samples.push({ ...sample, label: 'nominal', defect: 'good', maskPath: null });
      } else {
        samples.push({
          ...sample,
          label: 'anomalous',
          defect: kind,
          maskPath: masks.get(stemOf(path)) ?? null,
        });
      }
    }
  }
  if (training.length === 0) throw new Error(`no images in ${join(folder, 'train', nominal)}`);
  return { name: category, samples };
}
