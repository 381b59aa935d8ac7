import { access } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { oneOf } from '../../base';
import type { Dataset, FolderPlaces } from '../../images';
import { besideCategories } from './beside-categories';
import type { NominalSplit } from './choose-training';
import { layoutOf, layouts } from './layouts';
import { namedFolders } from './named-folders';

/** A data set by the layout of its folders; `folders` has one's own folders, each named by what it is for. */
export type DatasetName = keyof typeof layouts | 'folders';

export const datasetNames: readonly DatasetName[] = [
  ...(Object.keys(layouts) as (keyof typeof layouts)[]),
  'folders',
];

/** The synthetic set that comes with the package. */
export const embeddedRoot = join(__dirname, '..', '..', '..', 'data', 'synthetic');

/** False for a data set that is a single category. */
export function hasCategories(name: DatasetName): boolean {
  return name !== 'folders' && 'list' in layoutOf(name);
}

/** Parameters of {@link openDatasets}. */
export interface OpenDatasetsOptions extends NominalSplit {
  /**
   * The data set's folder; the file of a `csv`; where the names of `folders` begin. `synthetic` comes with the package, and `folders` begin where
   * the program runs.
   */
  root?: string;
  /** Names of the categories to open. Default: all. */
  categories?: readonly string[];
  /** The folders of `folders`. */
  places?: FolderPlaces;
}

/**
 * Opens the categories of a data set: lists their images, and which of them are for training. No image is decoded, but for the masks of
 * KolektorSDD and SDD2, which say what is nominal.
 *
 * @param name the layout of the folders: `synthetic`, `mvtec` (MVTec AD), `mvtec-loco`, `mvtec-ad2`, `mpdd`, `btad`, `visa`, `mtd`, `kolektor-sdd`,
 *   `kolektor-sdd2`, `folder` (one's own images), `folders` (one's own folders by name) or `csv` (a table of one's own images)
 * @param options the folder, the categories, and how nominal images are divided where the data set does not say
 * @returns a data set per category; one for layouts that have no categories. `unused` lists what lies in the folder and is not used
 * @throws RangeError when the name is unknown; Error when the folder cannot be read or a category is not in it
 * @example
 * ```ts
 * const [capsule] = await openDatasets('synthetic', { categories: ['capsule'] });
 * capsule.samples.filter(({ split }) => split === 'train').length // 16
 * ```
 */
export async function openDatasets(
  name: DatasetName,
  { root, categories, places, ...split }: OpenDatasetsOptions = {},
): Promise<Dataset[]> {
  oneOf({ dataset: name }, datasetNames);
  if (categories && !hasCategories(name))
    throw new Error(`dataset ${name} has no categories, but ${categories.join(', ')} was asked for`);
  const { trainFraction } = split;
  if (name === 'folders') {
    if (!places) throw new Error('dataset folders needs its folders: give at least nominal');
    const opened = await namedFolders(placesFrom(root, places), split);
    return [{ ...opened, source: { layout: name, root, trainFraction, places } }];
  }
  if (places) throw new Error(`folders are given by name, and so is the layout ${name}: give one of them`);
  const folder = root ?? (name === 'synthetic' ? embeddedRoot : undefined);
  if (!folder) throw new Error(`dataset ${name} needs its folder: give a root`);
  await access(folder).catch((cause) => {
    throw new Error(`cannot read the root of ${name}, ${folder}: ${(cause as Error).message}`, { cause });
  });
  const layout = layoutOf(name);
  if ('open' in layout) {
    const opened = await layout.open(folder, split);
    return [{ ...opened, source: { layout: name, root, trainFraction } }];
  }
  const known = await layout.list(folder);
  const unknown = categories?.filter((category) => !known.includes(category)) ?? [];
  if (known.length === 0) {
    const [own, around] = [basename(resolve(folder)), dirname(resolve(folder))];
    const isCategory = (await layout.list(around).catch((): string[] => [])).includes(own);
    throw new Error(
      isCategory
        ? `${folder} is itself a category: give ${around} as root, and ${own} as category`
        : `${folder} has no category: no folder in it holds a ${layout.mark} folder`,
    );
  }
  if (unknown.length > 0)
    throw new Error(`no category ${unknown.join(', ')} in ${folder}; it has ${known.join(', ')}`);
  const open = async (category: string): Promise<Dataset> => {
    const opened = await layout.openCategory(folder, category, split);
    return { ...opened, source: { layout: name, root, category, trainFraction } };
  };
  const [first, ...others] = await Promise.all((categories ?? known).map(open));
  const beside = root === undefined ? [] : await besideCategories(root, known, layout.tables ?? []);
  return [{ ...first, unused: [...(first.unused ?? []), ...beside] }, ...others];
}

/** Folders whose names begin at the root, absolute. */
export function placesFrom(root = '.', places: FolderPlaces): FolderPlaces {
  const from = (folders?: readonly string[]) => folders?.map((folder) => resolve(root, folder));
  const { nominal, validation, test, masks } = places;
  return { nominal: from(nominal)!, validation: from(validation), test: from(test), masks: from(masks) };
}
