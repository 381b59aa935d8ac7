import { dirname, join, relative, sep } from 'node:path';
import type { Dataset, Sample } from '../../images';
import { type AssignedMasks, assignMasks, type MaskedImage, truthOf } from '../masks/assign-masks';
import { mayAnnotate } from '../masks/read-annotations';
import { listFolders, listImages } from './list-files';
import { walkImages } from './walk-images';

/**
 * MVTec AD's categories (Bergmann et al., CVPR 2019): `train/good`, `test/DEFECT`, `ground_truth/DEFECT/NAME_mask.png`.
 *
 * @param root the folder that holds the categories
 * @param category e.g. `bottle`
 * @throws Error when the layout is another one
 */
export function mvtecCategory(root: string, category: string): Promise<Dataset> {
  return readCategory(root, category, 'good');
}

/**
 * BTAD's categories (Mishra et al., ISIE 2021): `train/ok`, `test/ok|ko`, `ground_truth/ko/NAME`.
 *
 * @param root the folder that holds `01`, `02` and `03`
 * @throws Error when the layout is another one
 */
export function btadCategory(root: string, category: string): Promise<Dataset> {
  return readCategory(root, category, 'ok');
}

/** Folders of `root` that hold a `train` folder. */
export async function listCategories(root: string): Promise<string[]> {
  const names = await listFolders(root);
  const holdTrain = await Promise.all(
    names.map(async (name) => (await listFolders(join(root, name))).includes('train')),
  );
  return names.filter((_, index) => holdTrain[index]);
}

/** @param nominal the name of the folders of nominal images */
async function readCategory(root: string, category: string, nominal: string): Promise<Dataset> {
  const folder = join(root, category);
  const training = await listImages(join(folder, 'train', nominal));
  const samples: Sample[] = training.map((path) => ({
    path,
    split: 'train',
    label: 'nominal',
    defect: 'good',
    maskPath: null,
  }));
  const tested: MaskedImage[] = [];
  for (const kind of await listFolders(join(folder, 'test')))
    for (const path of await listImages(join(folder, 'test', kind))) tested.push({ path, kind });
  const anomalous = tested.filter(({ kind }) => kind !== nominal);
  const { masks, unused } = await readGroundTruth(folder, anomalous);
  for (const { path, kind: defect } of tested)
    samples.push(
      defect === nominal
        ? { path, split: 'test', label: 'nominal', defect: 'good', maskPath: null }
        : { path, split: 'test', label: 'anomalous', defect, ...truthOf(masks.get(path)) },
    );
  if (training.length === 0) throw new Error(`no images in ${join(folder, 'train', nominal)}`);
  return { name: category, samples, unused };
}

/** The masks in a category's `ground_truth`, in upper or lower case, and what of it is not used. */
async function readGroundTruth(folder: string, images: readonly MaskedImage[]): Promise<AssignedMasks> {
  const name = (await listFolders(folder)).find((own) => own.toLowerCase() === 'ground_truth');
  if (name === undefined) return { masks: new Map(), unused: [] };
  const root = join(folder, name);
  const walked = await walkImages(root);
  const annotations = walked.unused.flatMap(({ path }) => (mayAnnotate(path) ? [path] : []));
  const files = [...walked.images, ...annotations].map((path) => {
    const place = relative(root, dirname(path)).split(sep).join('/');
    return { path, place };
  });
  const { masks, unused } = await assignMasks(images, files, name);
  const others = walked.unused.filter(({ path }) => !annotations.includes(path));
  return { masks, unused: [...others, ...unused] };
}
