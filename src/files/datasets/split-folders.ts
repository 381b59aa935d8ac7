import { join } from 'node:path';
import type { Dataset, Sample } from '../../images';
import { assignMasks } from '../masks/assign-masks';
import { mayAnnotate } from '../masks/read-annotations';
import { anomalousSample, datasetOf, nominalSample } from './dataset-of';
import { listFolders } from './list-folders';
import { foldersBelow, type Place, placeIn } from './place';
import { isFolder } from './is-folder';
import { type UnusedPath, walkImages } from './walk-images';

/** The folders by which layouts like MVTec AD's differ. */
interface SplitFolders {
  /** The folder of nominal images in `train`, `validation` and the test folder. */
  nominal: string;
  test: string;
  masks: readonly string[];
}

const mvtec: SplitFolders = { nominal: 'good', test: 'test', masks: ['ground_truth'] };

/**
 * A category of MVTec AD (Bergmann et al., CVPR 2019), of MPDD (Jezek et al., ICUMT 2021) or of MVTec LOCO (Bergmann et al., IJCV 2022): `train/good`,
 * `test/KIND`, and masks `ground_truth/KIND/NAME_mask.png`, or `ground_truth/KIND/NAME/000.png`, `001.png`, ..., which are united. Images
 * of `validation/good` set the thresholds.
 *
 * @param root the folder that holds the categories
 * @param category e.g. `bottle`
 * @throws Error when the layout is another one
 */
export function mvtecCategory(root: string, category: string): Promise<Dataset> {
  return readCategory(root, category, mvtec);
}

/**
 * A category of MVTec AD 2 (Heckler-Kram et al., 2025): `train/good`, `validation/good`, `test_public/good`, `test_public/bad`, and masks
 * `test_public/ground_truth/bad/NAME_mask.png`. The private test images have no labels and are not used.
 *
 * @throws Error when the layout is another one
 */
export function mvtecAd2Category(root: string, category: string): Promise<Dataset> {
  return readCategory(root, category, {
    nominal: 'good',
    test: 'test_public',
    masks: ['test_public', 'ground_truth'],
  });
}

/**
 * A category of BTAD (Mishra et al., ISIE 2021): `train/ok`, `test/ok|ko`, `ground_truth/ko/NAME`.
 *
 * @param root the folder that holds `01`, `02` and `03`
 * @throws Error when the layout is another one
 */
export function btadCategory(root: string, category: string): Promise<Dataset> {
  return readCategory(root, category, { ...mvtec, nominal: 'ok' });
}

/** Folders of `root` that hold a folder of nominal training images, `train/good` unless another name is given. */
export async function listCategories(root: string, nominal = mvtec.nominal): Promise<string[]> {
  const names = await listFolders(root);
  const areCategories = await Promise.all(names.map((name) => isFolder(join(root, name, 'train', nominal))));
  return names.filter((_, index) => areCategories[index]);
}

async function readCategory(root: string, category: string, layout: SplitFolders): Promise<Dataset> {
  const folder = join(root, category);
  const walked = await walkImages(folder);
  const places = walked.images.map((path) => placeIn(folder, path));
  const nominal = (split: 'train' | 'validation'): Sample[] =>
    places
      .filter((place) => foldersBelow(place, [split, layout.nominal]))
      .map(({ path }) => nominalSample(path, split));
  const training = nominal('train');
  if (training.length === 0) throw new Error(`no images in ${join(folder, 'train', layout.nominal)}`);
  const annotations = walked.unused
    .filter(({ path }) => mayAnnotate(path))
    .map(({ path }) => placeIn(folder, path));
  const { tests, strays } = await testsOf(places, annotations, layout);
  const samples = [...training, ...nominal('validation'), ...tests];
  return datasetOf(category, samples, walked, (path) => reasonOf(placeIn(folder, path), layout), strays);
}

/** Test samples; those of kinds have their ground truth. */
async function testsOf(
  places: readonly Place[],
  annotations: readonly Place[],
  { nominal, test, masks }: SplitFolders,
): Promise<{ tests: Sample[]; strays: UnusedPath[] }> {
  const tested: { path: string; kind: string }[] = [];
  for (const place of places) {
    const kind = foldersBelow(place, masks) ? undefined : foldersBelow(place, [test])?.join('/');
    if (kind) tested.push({ path: place.path, kind });
  }
  const truths = [...places, ...annotations].flatMap((place) => {
    const below = foldersBelow(place, masks);
    return below ? [{ path: place.path, place: below.join('/') }] : [];
  });
  const isNominal = ({ kind }: { kind: string }) => kind.split('/')[0].toLowerCase() === nominal;
  const anomalous = tested.filter((image) => !isNominal(image));
  const assigned = await assignMasks(anomalous, truths, masks.join('/'));
  const tests = tested.map((image) =>
    isNominal(image)
      ? nominalSample(image.path, 'test')
      : anomalousSample(image.path, image.kind, assigned.masks.get(image.path)),
  );
  return { tests, strays: assigned.unused };
}

function reasonOf(place: Place, { nominal, test }: SplitFolders): string {
  if (foldersBelow(place, ['train']))
    return `in train, but not in train/${nominal}: only nominal images are fitted on`;
  if (foldersBelow(place, ['validation']))
    return `in validation, but not in validation/${nominal}: only nominal images set thresholds`;
  if (/^test_private/i.test(place.folders[0] ?? '')) return 'a test image without a label';
  if (foldersBelow(place, [test])) return `in ${test} itself, not in a folder that says its kind`;
  return 'in no folder of the layout';
}
