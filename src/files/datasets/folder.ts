import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { Dataset, Sample } from '../../images';
import { chooseTraining, type NominalSplit } from './choose-training';
import { assignMasks, truthOf } from '../masks/assign-masks';
import { mayAnnotate } from '../masks/read-annotations';
import { walkImages } from './walk-images';

/** Whether a folder holds masks, never images: by its name, in upper or lower case. */
function isMaskFolder(name: string): boolean {
  return ['masks', 'mask', 'ground_truth'].includes(name.toLowerCase());
}

/** Whether a folder holds ground truth of any form: masks, or files of polygons and boxes. */
function holdsTruth(name: string): boolean {
  return isMaskFolder(name) || ['labels', 'annotations'].includes(name.toLowerCase());
}

/**
 * A folder of one's own: nominal images in `good/` and below, anomalous ones in folders of any other name, whose path is the kind
 * of defect (`scratch/deep`). Masks, where there are any, lie in `masks/DEFECT/NAME.png` (or `NAME_mask.png`);
 * their folder may also be called `mask` or `ground_truth`, in upper or lower case. The first folders of a kind may be missing there: masks of
 * `ng/scratch` may lie in `masks/scratch`. Polygons and boxes count as masks: a LabelMe or YOLO file beside the image, or among the masks, or in `labels`, or
 * a COCO file anywhere, see {@link assignMasks}. A seeded fraction of
 * `good/` is for training; the rest and all other images are for testing. `unused` lists everything else in the folder.
 *
 * @param split fraction for training (default 0.8) and seed
 * @throws Error when `good/` holds no images
 */
export async function folder(
  root: string,
  { trainFraction = 0.8, seed = 0 }: NominalSplit = {},
): Promise<Dataset> {
  const { images, unused } = await walkImages(root);
  const kindOf = (path: string) => relative(root, dirname(path)).split(sep).join('/');
  const firstOf = (path: string) => kindOf(path).split('/')[0];
  const good = images.filter((path) => firstOf(path) === 'good');
  if (good.length === 0) throw new Error(`no images in ${join(root, 'good')}; put nominal images there`);
  const training = chooseTraining(good.length, { trainFraction, seed });
  const samples: Sample[] = good.map((path, index) => ({
    path,
    split: training[index] ? 'train' : 'test',
    label: 'nominal',
    defect: 'good',
    maskPath: null,
  }));
  const anomalous = images.filter(
    (path) => !['', 'good'].includes(firstOf(path)) && !isMaskFolder(firstOf(path)),
  );
  const maskFolder = images.map(firstOf).find(isMaskFolder) ?? 'masks';
  const annotations = unused.flatMap(({ path }) => (mayAnnotate(path) ? [path] : []));
  const files = [...images.filter((path) => isMaskFolder(firstOf(path))), ...annotations].map((path) => {
    const [first, ...below] = kindOf(path).split('/');
    return { path, place: holdsTruth(first) ? below.join('/') : kindOf(path) };
  });
  const withKind = anomalous.map((path) => ({ path, kind: kindOf(path) }));
  const assigned = await assignMasks(withKind, files, maskFolder);
  for (const { path, kind: defect } of withKind)
    samples.push({ path, split: 'test', label: 'anomalous', defect, ...truthOf(assigned.masks.get(path)) });
  const known = new Set([...samples.map(({ path }) => path), ...files.map(({ path }) => path)]);
  const others = images
    .filter((path) => !known.has(path))
    .map((path) => ({ path, reason: 'in no folder that says its kind' }));
  const left = unused.filter(({ path }) => !known.has(path));
  return { name: basename(resolve(root)), samples, unused: [...left, ...assigned.unused, ...others] };
}
