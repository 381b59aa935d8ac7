import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { Dataset, Sample } from '../../images';
import { chooseTraining, type NominalSplit } from './choose-training';
import { imagesByStem, stemOf } from './list-files';
import { walkImages } from './walk-images';

/** Whether a folder holds masks, never images: by its name, in upper or lower case. */
function isMaskFolder(name: string): boolean {
  return ['masks', 'mask', 'ground_truth'].includes(name.toLowerCase());
}

/**
 * A folder of one's own: nominal images in `good/` and below, anomalous ones in folders of any other name, whose path is the kind
 * of defect (`scratch/deep`). Masks, where there are any, lie in `masks/DEFECT/NAME.png` (or `NAME_mask.png`);
 * their folder may also be called `mask` or `ground_truth`, in upper or lower case. The first folders of a kind may be missing there: masks of
 * `ng/scratch` may lie in `masks/scratch`. A seeded fraction of
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
  const masks = new Map<string, Map<string, string>>();
  for (const kind of new Set(anomalous.map(kindOf))) masks.set(kind, await masksOf(root, maskFolder, kind));
  for (const path of anomalous) {
    const defect = kindOf(path);
    const maskPath = masks.get(defect)!.get(stemOf(path)) ?? null;
    samples.push({ path, split: 'test', label: 'anomalous', defect, maskPath });
  }
  const used = new Set(samples.flatMap(({ path, maskPath }) => [path, maskPath]));
  const others = images
    .filter((path) => !used.has(path))
    .map((path) => ({
      path,
      reason: isMaskFolder(firstOf(path))
        ? 'a mask of no image: its folder and name must be those of an image'
        : 'in no folder that says its kind',
    }));
  return { name: basename(resolve(root)), samples, unused: [...unused, ...others] };
}

/** Masks of a kind by the stem of their image: of the folder that repeats most of the kind's path. */
async function masksOf(root: string, maskFolder: string, kind: string): Promise<Map<string, string>> {
  const names = kind.split('/');
  for (let missing = 0; missing < names.length; missing++) {
    const found = await imagesByStem(join(root, maskFolder, ...names.slice(missing)), '_mask');
    if (found.size > 0) return found;
  }
  return new Map();
}
