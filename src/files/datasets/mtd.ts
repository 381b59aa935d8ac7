import { join } from 'node:path';
import type { Dataset, Sample } from '../../images';
import { chooseTraining, type NominalSplit } from './choose-training';
import { imagesByStem, listFolders, listImages, stemOf } from './list-files';

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
  const kinds = (await listFolders(root)).filter((name) => name.startsWith('MT_'));
  const samples: Sample[] = [];
  const photographs = async (kind: string) =>
    (await listImages(join(root, kind, 'Imgs'))).filter((path) => /\.jpe?g$/i.test(path));
  const free = kinds.includes('MT_Free') ? await photographs('MT_Free') : [];
  if (free.length === 0)
    throw new Error(`no images in ${join(root, 'MT_Free', 'Imgs')}; expected MTD's layout`);
  const training = chooseTraining(free.length, { trainFraction, seed });
  free.forEach((path, index) => {
    samples.push({
      path,
      split: training[index] ? 'train' : 'test',
      label: 'nominal',
      defect: 'good',
      maskPath: null,
    });
  });
  for (const kind of kinds.filter((name) => name !== 'MT_Free')) {
    const files = await imagesByStem(join(root, kind, 'Imgs'));
    for (const path of await photographs(kind)) {
      const mask = path.replace(/\.jpe?g$/i, '.png');
      const maskPath = files.get(stemOf(path)) === mask ? mask : null;
      samples.push({
        path,
        split: 'test',
        label: 'anomalous',
        defect: kind.slice(3).toLowerCase(),
        maskPath,
      });
    }
  }
  return { name: 'mtd', samples };
}
