import { basename, dirname, resolve } from 'node:path';
import type { Dataset } from '../../images';
import { assignMasks } from '../masks/assign-masks';
import { decodeMask } from '../masks/decode-mask';
import { chooseTraining, type NominalSplit } from './choose-training';
import { anomalousSample, datasetOf, nominalSample } from './dataset-of';
import { placeIn } from './place';
import { type WalkedImages, walkImages } from './walk-images';

/** An image with masks beside it, which say whether the image is anomalous. */
interface Labelled {
  path: string;
  /** Folders of the image. */
  kind: string;
  masks: readonly string[];
  isAnomalous: boolean;
}

/**
 * KolektorSDD (Tabernik et al., 2020): `kos01/Part0.jpg` with mask `Part0_label.bmp`. An image whose mask is black is nominal. A seeded fraction
 * of the nominal images is for training; the rest and all anomalous images are for testing. All masks are decoded.
 *
 * @param split fraction for training (default 0.8) and seed
 * @throws Error when there is no nominal image with a mask
 */
export async function kolektorSdd(
  root: string,
  { trainFraction = 0.8, seed = 0 }: NominalSplit = {},
): Promise<Dataset> {
  const walked = await walkImages(root);
  const { labelled, reasons } = await labelByMasks(root, walked, '_label');
  const nominal = labelled.filter(({ isAnomalous }) => !isAnomalous);
  assertSome(nominal, root, 'kos01/Part0.jpg with mask kos01/Part0_label.bmp');
  const training = chooseTraining(nominal.length, { trainFraction, seed });
  const samples = [
    ...nominal.map(({ path }, index) => nominalSample(path, training[index] ? 'train' : 'test')),
    ...labelled
      .filter(({ isAnomalous }) => isAnomalous)
      .map(({ path, masks }) => anomalousSample(path, 'defect', masks)),
  ];
  return datasetOf(basename(resolve(root)), samples, walked, (path) => reasons.get(path));
}

/**
 * KolektorSDD2 (Božič et al., 2021): `train/10000.png` with mask `10000_GT.png`, and `test` likewise. An image whose mask is black is nominal. Nominal
 * images of `train` are for training; its anomalous images are not used. All masks are decoded.
 *
 * @throws Error when `train` holds no nominal image with a mask
 */
export async function kolektorSdd2(root: string): Promise<Dataset> {
  const walked = await walkImages(root);
  const { labelled, reasons } = await labelByMasks(root, walked, '_GT');
  const ofSplit = (split: string) =>
    labelled.filter(({ kind }) => kind.split('/')[0].toLowerCase() === split);
  const training = ofSplit('train').filter(({ isAnomalous }) => !isAnomalous);
  assertSome(training, root, 'train/10000.png with mask train/10000_GT.png');
  const samples = [
    ...training.map(({ path }) => nominalSample(path, 'train')),
    ...ofSplit('test').map(({ path, masks, isAnomalous }) =>
      isAnomalous ? anomalousSample(path, 'defect', masks) : nominalSample(path, 'test'),
    ),
  ];
  for (const { path, masks, kind, isAnomalous } of labelled) {
    const folder = kind.split('/')[0].toLowerCase();
    if (folder === 'test' || (folder === 'train' && !isAnomalous)) continue;
    const reason =
      folder === 'train'
        ? 'an anomalous image of train, or its mask: only nominal images are fitted on'
        : 'neither in train nor in test';
    for (const one of [path, ...masks]) reasons.set(one, reason);
  }
  return datasetOf(basename(resolve(root)), samples, walked, (path) => reasons.get(path));
}

/** Images with a mask beside them, and for every other file why it is not used. */
async function labelByMasks(
  root: string,
  { images }: WalkedImages,
  suffix: string,
): Promise<{ labelled: Labelled[]; reasons: Map<string, string> }> {
  const files = images.map((path) => {
    const { folders, stem } = placeIn(root, path);
    return { path, kind: folders.join('/'), stem };
  });
  const isMask = ({ stem }: { stem: string }) => stem.toLowerCase().endsWith(suffix.toLowerCase());
  const photographs = files.filter((file) => !isMask(file));
  const truths = files.filter(isMask).map(({ path, kind }) => ({ path, place: kind }));
  const { masks, unused } = await assignMasks(photographs, truths, '');
  const reasons = new Map(unused.map(({ path }) => [path, 'a mask of no image']));
  const labelled: Labelled[] = [];
  for (const file of photographs) {
    const own = masks.get(file.path) ?? [];
    const beside = own.filter((mask) => dirname(mask) === dirname(file.path));
    for (const mask of own) if (!beside.includes(mask)) reasons.set(mask, 'a mask of no image beside it');
    if (beside.length === 0) {
      reasons.set(file.path, `no mask NAME${suffix} beside it, which would say whether it is anomalous`);
      continue;
    }
    try {
      const decoded = await Promise.all(beside.map((mask) => decodeMask(mask)));
      labelled.push({ ...file, masks: beside, isAnomalous: decoded.some(({ data }) => data.includes(1)) });
    } catch {
      for (const path of [file.path, ...beside])
        reasons.set(path, 'a mask that cannot be decoded, or its image, whose label the mask would say');
    }
  }
  return { labelled, reasons };
}

function assertSome(nominal: readonly Labelled[], root: string, expected: string): void {
  if (nominal.length === 0)
    throw new Error(`no nominal images in ${root}: expected ${expected}, which is black for a nominal image`);
}
