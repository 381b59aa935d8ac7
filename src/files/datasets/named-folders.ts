import { basename, dirname, resolve } from 'node:path';
import type { Dataset, FolderPlaces, Sample } from '../../images';
import { isWithin } from '../is-within';
import { chooseTraining, type NominalSplit } from './choose-training';
import { anomalousSample, nominalSample, strayMask } from './dataset-of';
import { matchMasks, type Named } from './match-masks';
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
  const unused: UnusedPath[] = [];
  const inFolders = async (folders: readonly string[] = []): Promise<Named[]> => {
    const found: Named[] = [];
    for (const folder of folders) {
      const walked = await walkImages(folder);
      unused.push(...walked.unused);
      for (const path of walked.images) {
        const { folders: kinds, stem } = placeIn(folder, path);
        found.push({ path, kind: kinds.join('/'), stem });
      }
    }
    return found;
  };
  const nominal = await inFolders(places.nominal);
  if (nominal.length === 0)
    throw new Error(`no images in ${places.nominal.join(', ')}; expected nominal images there`);
  const validation = await inFolders(places.validation);
  const tested: Named[] = [];
  for (const folder of places.test ?? [])
    for (const image of await inFolders([folder]))
      tested.push({ ...image, kind: image.kind || basename(resolve(folder)) });
  const masks = await inFolders(places.masks);
  const isNominal = ({ kind }: Named) => nominalNames.has(kind.split('/')[0].toLowerCase());
  const anomalous = tested.filter((image) => !isNominal(image));
  const masksOf = masksByImage(anomalous, masks);
  const isDivided = trainFraction !== undefined || !tested.some(isNominal);
  const training = isDivided
    ? chooseTraining(nominal.length, { trainFraction: trainFraction ?? 0.8, seed })
    : nominal.map(() => true);
  const samples: Sample[] = [
    ...nominal.map(({ path }, index) => nominalSample(path, training[index] ? 'train' : 'test')),
    ...validation.map(({ path }) => nominalSample(path, 'validation')),
    ...tested.filter(isNominal).map(({ path }) => nominalSample(path, 'test')),
    ...anomalous.map(({ path, kind }) => anomalousSample(path, kind, masksOf.get(path))),
  ];
  const used = new Set([...masksOf.values()].flat());
  for (const { path } of masks) if (!used.has(path)) unused.push({ path, reason: strayMask });
  return { name: nameOf(places.nominal[0]), samples, unused };
}

/** A name for the data set: the folder's own, or that of the folder around it where its own only says that its images are nominal. */
function nameOf(folder: string): string {
  const path = resolve(folder);
  const own = basename(path);
  return (nominalNames.has(own.toLowerCase()) && basename(dirname(path))) || own || 'images';
}

const suffixes = ['_mask', '_label', '_GT'];

/** The masks of each image: by its kind and name, else by its name alone where no other image has that name. */
function masksByImage(images: readonly Named[], masks: readonly Named[]): Map<string, string[]> {
  const matched = matchMasks(images, masks, suffixes);
  const used = new Set([...matched.values()].flat());
  const rest = masks.filter(({ path }) => !used.has(path));
  const countOf = new Map<string, number>();
  for (const { stem } of images) countOf.set(stem, (countOf.get(stem) ?? 0) + 1);
  const bare = images
    .filter(({ path, stem }) => !matched.has(path) && countOf.get(stem) === 1)
    .map((image) => ({ ...image, kind: '' }));
  const flat = rest.filter(({ kind }) => kind === '');
  return new Map([...matched, ...matchMasks(bare, flat, suffixes)]);
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
