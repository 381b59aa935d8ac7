import { extname, join } from 'node:path';
import type { Dataset } from '../../images';
import { chooseTraining, type NominalSplit } from './choose-training';
import { assignMasks } from '../masks/assign-masks';
import { anomalousSample, datasetOf, nominalSample } from './dataset-of';
import { placeIn } from './place';
import { walkImages } from './walk-images';

/**
 * Magnetic Tile Defects (Huang et al., 2020): `MT_Free|MT_Blowhole|.../Imgs/NAME.jpg` with mask `NAME.png`. A seeded fraction
 * of MT_Free is for training; the rest and every defect are for testing.
 *
 * @param split fraction for training (default 2/3; 0.8 is usual on the whole set) and seed
 * @throws Error when the folder has no MT_Free/Imgs images
 */
export async function mtd(
  root: string,
  { trainFraction = 2 / 3, seed = 0 }: NominalSplit = {},
): Promise<Dataset> {
  const walked = await walkImages(root);
  const files = walked.images.map((path) => {
    const place = placeIn(root, path);
    const [kind = '', images = ''] = place.folders;
    const isOfLayout = kind.startsWith('MT_') && images.toLowerCase() === 'imgs';
    return { ...place, kind: isOfLayout ? place.folders.join('/') : '', defect: kind.slice(3).toLowerCase() };
  });
  const known = files.filter(({ kind }) => kind !== '');
  const photographs = known.filter(({ path }) => /^\.jpe?g$/i.test(extname(path)));
  const masks = known.filter(({ path }) => /^\.png$/i.test(extname(path)));
  const free = photographs.filter(({ defect }) => defect === 'free');
  if (free.length === 0)
    throw new Error(`no images in ${join(root, 'MT_Free', 'Imgs')}; expected MTD's layout`);
  const training = chooseTraining(free.length, { trainFraction, seed });
  const defective = photographs.filter(({ defect }) => defect !== 'free');
  const ofNominal = new Set([...(await assignMasks(free, placed(masks), '')).masks.values()].flat());
  const ofDefects = placed(masks.filter(({ path }) => !ofNominal.has(path)));
  const assigned = await assignMasks(defective, ofDefects, '');
  const samples = [
    ...free.map(({ path }, index) => nominalSample(path, training[index] ? 'train' : 'test')),
    ...defective.map(({ path, defect }) => anomalousSample(path, defect, assigned.masks.get(path))),
  ];
  const reasonOf = (path: string) =>
    ofNominal.has(path)
      ? 'the mask of a nominal image, in which nothing is anomalous'
      : 'in no folder of the layout';
  return datasetOf('mtd', samples, walked, reasonOf, assigned.unused);
}

function placed(files: readonly { path: string; kind: string }[]) {
  return files.map(({ path, kind }) => ({ path, place: kind }));
}
