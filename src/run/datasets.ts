import { access } from 'node:fs/promises';
import { join } from 'node:path';
import {
  btadCategory,
  type Dataset,
  folder,
  listCategories,
  mtd,
  mvtecCategory,
  type NominalSplit,
} from '../images';

/** A data set by the layout of its folders. */
export type DatasetName = 'synthetic' | 'mvtec' | 'btad' | 'mtd' | 'folder';

export const datasetNames: readonly DatasetName[] = ['synthetic', 'mvtec', 'btad', 'mtd', 'folder'];

/** The synthetic set that comes with the package. */
export const embeddedRoot = join(__dirname, '..', '..', 'data', 'synthetic');

/** False for a data set that is one category of its own. */
export function hasCategories(name: DatasetName): boolean {
  return name !== 'mtd' && name !== 'folder';
}

/**
 * The categories of a data set.
 *
 * @param root its folder; not needed for `synthetic`, which comes with the package
 * @param categories names to keep; default all
 * @param split of the nominal images, where the data set has none
 * @throws Error when the folder cannot be read or a category is not in it
 */
export async function openDatasets(
  name: DatasetName,
  root: string | undefined,
  categories?: readonly string[],
  split: NominalSplit = {},
): Promise<Dataset[]> {
  if (!datasetNames.includes(name))
    throw new Error(`dataset is ${name}; expected one of ${datasetNames.join(', ')}`);
  const folderName = root ?? (name === 'synthetic' ? embeddedRoot : undefined);
  if (!folderName) throw new Error(`dataset ${name} needs its folder: give a root`);
  await access(folderName).catch((cause) => {
    throw new Error(`cannot read the root of ${name}, ${folderName}: ${(cause as Error).message}`, { cause });
  });
  if (!hasCategories(name)) {
    if (categories)
      throw new Error(`dataset ${name} has no categories, but ${categories.join(', ')} was asked for`);
    return [await (name === 'mtd' ? mtd : folder)(folderName, split)];
  }
  const known = await listCategories(folderName);
  const unknown = categories?.filter((category) => !known.includes(category)) ?? [];
  if (known.length === 0)
    throw new Error(`${folderName} has no category: no folder in it holds a train folder`);
  if (unknown.length > 0)
    throw new Error(`no category ${unknown.join(', ')} in ${folderName}; it has ${known.join(', ')}`);
  const read = name === 'btad' ? btadCategory : mvtecCategory;
  return Promise.all((categories ?? known).map((category) => read(folderName, category)));
}
