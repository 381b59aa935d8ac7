import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { oneOf } from '../../base';
import type { Dataset } from '../../images';
import type { NominalSplit } from './choose-training';
import { folder } from './folder';
import { mtd } from './mtd';
import { btadCategory, listCategories, mvtecCategory } from './split-folders';

/** A data set by the layout of its folders. */
export type DatasetName = 'synthetic' | 'mvtec' | 'btad' | 'mtd' | 'folder';

export const datasetNames: readonly DatasetName[] = ['synthetic', 'mvtec', 'btad', 'mtd', 'folder'];

/** The synthetic set that comes with the package. */
export const embeddedRoot = join(__dirname, '..', '..', '..', 'data', 'synthetic');

/** False for a data set that is a single category. */
export function hasCategories(name: DatasetName): boolean {
  return name !== 'mtd' && name !== 'folder';
}

/** Parameters of {@link openDatasets}. */
export interface OpenDatasetsOptions extends NominalSplit {
  /** The data set's folder; not needed for `synthetic`, which comes with the package. */
  root?: string;
  /** Names of the categories to open. Default: all. */
  categories?: readonly string[];
}

/**
 * Opens the categories of a data set: lists their images, and which of them are for training. No image is decoded.
 *
 * @param name the layout of the folders: `synthetic`, `mvtec` (MVTec AD), `btad`, `mtd` or `folder` (one's own images)
 * @param options the folder, the categories, and how nominal images are divided where the data set does not say
 * @returns a data set per category; one for `mtd` and `folder`, which have no categories
 * @throws RangeError when the name is unknown; Error when the folder cannot be read or a category is not in it
 * @example
 * ```ts
 * const [capsule] = await openDatasets('synthetic', { categories: ['capsule'] });
 * capsule.samples.filter(({ split }) => split === 'train').length // 16
 * ```
 */
export async function openDatasets(
  name: DatasetName,
  { root, categories, ...split }: OpenDatasetsOptions = {},
): Promise<Dataset[]> {
  oneOf({ dataset: name }, datasetNames);
  const folderName = root ?? (name === 'synthetic' ? embeddedRoot : undefined);
  if (!folderName) throw new Error(`dataset ${name} needs its folder: give a root`);
  await access(folderName).catch((cause) => {
    throw new Error(`cannot read the root of ${name}, ${folderName}: ${(cause as Error).message}`, { cause });
  });
  if (!hasCategories(name)) {
    if (categories)
      throw new Error(`dataset ${name} has no categories, but ${categories.join(', ')} was asked for`);
    const { trainFraction } = split;
    const opened = await (name === 'mtd' ? mtd : folder)(folderName, split);
    return [{ ...opened, source: { layout: name, root, trainFraction } }];
  }
  const known = await listCategories(folderName);
  const unknown = categories?.filter((category) => !known.includes(category)) ?? [];
  if (known.length === 0)
    throw new Error(`${folderName} has no category: no folder in it holds a train folder`);
  if (unknown.length > 0)
    throw new Error(`no category ${unknown.join(', ')} in ${folderName}; it has ${known.join(', ')}`);
  const read = name === 'btad' ? btadCategory : mvtecCategory;
  const open = async (category: string): Promise<Dataset> => {
    const opened = await read(folderName, category);
    return { ...opened, source: { layout: name, root, category } };
  };
  return Promise.all((categories ?? known).map(open));
}
