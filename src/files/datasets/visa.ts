import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '../../images';
import { chooseTraining, type NominalSplit } from './choose-training';
import { listed } from './csv';
import { assignMasks } from '../masks/assign-masks';
import { anomalousSample, datasetOf, nominalSample } from './dataset-of';
import { isFolder } from './is-folder';
import { listFolders } from './list-folders';
import { foldersBelow, placeIn } from './place';
import { readTable } from './read-table';
import { type WalkedImages, walkImages } from './walk-images';

/** Where VisA's split into training and test images stands. */
export const visaTable = join('split_csv', '1cls.csv');

const normalFolder = ['Data', 'Images', 'Normal'];

/** Folders of `root` that hold `Data/Images/Normal`. */
export async function listVisaCategories(root: string): Promise<string[]> {
  const names = await listFolders(root);
  const areCategories = await Promise.all(names.map((name) => isFolder(join(root, name, ...normalFolder))));
  return names.filter((_, index) => areCategories[index]);
}

/**
 * A category of VisA (Zou et al., ECCV 2022): `Data/Images/Normal`, `Data/Images/Anomaly`, masks `Data/Masks/Anomaly/NAME.png`, and the split of
 * `split_csv/1cls.csv`. Where that file is missing, a seeded fraction of the normal images is for training, as much as in that file.
 *
 * @param root the folder that holds the categories
 * @param split fraction for training (default 0.9) and seed, where the csv is missing
 * @throws Error when there are no normal images, or the csv cannot be read
 */
export async function visaCategory(
  root: string,
  category: string,
  { trainFraction = 0.9, seed = 0 }: NominalSplit = {},
): Promise<Dataset> {
  const folder = join(root, category);
  const walked = await walkImages(folder);
  const table = join(root, visaTable);
  if (!(await stat(table).catch(() => null)))
    return byFolders(category, folder, walked, { trainFraction, seed });
  const { columns, rows } = await readTable(table);
  const own = rows.filter(({ object }) => object === category);
  const { samples, unused } = await listed(table, columns, own, { folder: root, trainFraction, seed });
  const found = datasetOf(category, samples, walked, () => `not listed in ${table}`);
  const reasoned = new Set(unused.map(({ path }) => path));
  return { ...found, unused: [...unused, ...found.unused.filter(({ path }) => !reasoned.has(path))] };
}

async function byFolders(
  category: string,
  folder: string,
  walked: WalkedImages,
  split: Required<NominalSplit>,
): Promise<Dataset> {
  const places = walked.images.map((path) => placeIn(folder, path));
  const named = (parents: readonly string[]) =>
    places.flatMap((place) => {
      const below = foldersBelow(place, parents);
      return below ? [{ ...place, kind: below.join('/') }] : [];
    });
  const normal = named(normalFolder);
  if (normal.length === 0) throw new Error(`no images in ${join(folder, ...normalFolder)}`);
  const training = chooseTraining(normal.length, split);
  const anomalous = named(['Data', 'Images', 'Anomaly']);
  const masks = named(['Data', 'Masks', 'Anomaly']).map(({ path, kind }) => ({ path, place: kind }));
  const assigned = await assignMasks(anomalous, masks, 'Data/Masks/Anomaly');
  const samples = [
    ...normal.map(({ path }, index) => nominalSample(path, training[index] ? 'train' : 'test')),
    ...anomalous.map(({ path }) => anomalousSample(path, 'anomalous', assigned.masks.get(path))),
  ];
  return datasetOf(category, samples, walked, () => 'in no folder of the layout', assigned.unused);
}
