import { basename, dirname, resolve } from 'node:path';
import type { Dataset, FolderPlaces, Sample } from '../../images';
import { isWithin } from '../is-within';
import { chooseTraining, type NominalSplit } from './choose-training';
import { assignMasks } from '../masks/assign-masks';
import { mayAnnotate } from '../masks/read-annotations';
import { anomalousSample, datasetOf, nominalSample } from './dataset-of';
import { placeIn } from './place';
import { type UnusedPath, walkImages } from './walk-images';

/** Names of folders of nominal images. */
const nominalNames = new Set(['good', 'ok', 'normal', 'nominal']);

/**
 * A data set of one's own folders, with the folders below them. In a test folder, the path of an image's folder is its kind; an image that lies directly in it
 * has the test folder's own name as its kind. Kinds whose first folder is named good, ok, normal or nominal are nominal. Masks lie at the same
 * path below a mask folder as their image below the test folder; a mask's name may add `_mask`, `_label` or `_GT`. Where the test folders hold no
 * nominal image, or a fraction is given, a seeded fraction of the nominal images is for training, and the others are tested.
 *
 * @param split fraction for training (default 0.8) and seed
 * @throws Error naming a folder that cannot be read, that is given twice, or when there are no nominal images
 */
export async function namedFolders(
  places: FolderPlaces,
  { trainFraction, seed = 0 }: NominalSplit = {},
): Promise<Dataset> {
  assertApart(places);
  const nominal = await inFolders(places.nominal);
  if (nominal.images.length === 0)
    throw new Error(`no images in ${places.nominal.join(', ')}; expected nominal images there`);
  const validation = await inFolders(places.validation);
  const test = await inFolders(places.test, (folder) => basename(resolve(folder)));
  const masks = await inFolders(places.masks);
  const isNominal = ({ kind }: Found) => nominalNames.has(kind.split('/')[0].toLowerCase());
  const anomalous = test.images.filter((image) => !isNominal(image));
  const truths = [...masks.images, ...masks.others, ...test.others].filter(
    (file) => masks.images.includes(file) || mayAnnotate(file.path),
  );
  const assigned = await assignMasks(
    anomalous,
    truths.map(({ path, kind }) => ({ path, place: kind })),
    places.masks?.[0] ?? 'masks',
  );
  const isDivided = trainFraction !== undefined || !test.images.some(isNominal);
  const training = isDivided
    ? chooseTraining(nominal.images.length, { trainFraction: trainFraction ?? 0.8, seed })
    : nominal.images.map(() => true);
  const samples: Sample[] = [
    ...nominal.images.map(({ path }, index) => nominalSample(path, training[index] ? 'train' : 'test')),
    ...validation.images.map(({ path }) => nominalSample(path, 'validation')),
    ...test.images.filter(isNominal).map(({ path }) => nominalSample(path, 'test')),
    ...anomalous.map(({ path, kind }) => anomalousSample(path, kind, assigned.masks.get(path))),
  ];
  const all = [nominal, validation, test, masks];
  const walked = {
    images: all.flatMap(({ images }) => images.map(({ path }) => path)),
    unused: all.flatMap(({ unused }) => unused),
  };
  return datasetOf(nameOf(places.nominal[0]), samples, walked, () => undefined, assigned.unused);
}

/** A file in a folder that was named. */
interface Found {
  path: string;
  /** The path of its folder below the one that was named. */
  kind: string;
}

/**
 * The images in folders and below, and the other files there.
 *
 * @param kindOf the kind of what lies directly in a folder
 */
async function inFolders(folders: readonly string[] = [], kindOf: (folder: string) => string = () => '') {
  const found = { images: [] as Found[], others: [] as Found[], unused: [] as UnusedPath[] };
  for (const folder of folders) {
    const { images, unused } = await walkImages(folder);
    const placed = (path: string): Found => {
      const kind = placeIn(folder, path).folders.join('/');
      return { path, kind: kind || kindOf(folder) };
    };
    found.images.push(...images.map(placed));
    found.others.push(...unused.map(({ path }) => placed(path)));
    found.unused.push(...unused);
  }
  return found;
}

/** A name for the data set: the folder's own, or that of the folder around it where its own only says that its images are nominal. */
function nameOf(folder: string): string {
  const path = resolve(folder);
  const own = basename(path);
  return (nominalNames.has(own.toLowerCase()) && basename(dirname(path))) || own || 'images';
}

/** Refuses folders that are given twice, or lie in one another: their images would be fitted on and tested. */
function assertApart(places: FolderPlaces): void {
  const given = Object.entries(places).flatMap(
    ([purpose, folders]: [string, readonly string[] | undefined]) =>
      (folders ?? []).map((folder) => ({ purpose, folder: resolve(folder) })),
  );
  for (const [at, { purpose, folder }] of given.entries())
    for (const other of given.slice(at + 1)) {
      if (isWithin(folder, other.folder) || isWithin(other.folder, folder))
        throw new RangeError(
          `--${other.purpose} ${other.folder} and --${purpose} ${folder} lie in one another: give folders that share no image`,
        );
    }
}
