import { join } from 'node:path';
import { type LongWork, sampleWithoutReplacement, createRandom, stopIfAborted } from '../base';
import type { Configuration } from '../configuration';
import { writeMaskPng, writePng } from '../files';
import {
  type Dataset,
  pastedNames,
  pasteDefect,
  type RgbImage,
  type Sample,
  sampleLoader,
  samplesOf,
} from '../images';

/** Nominal images that are fitted on at most, and that are damaged. */
const [mostFitted, mostDamaged] = [64, 24];
/** The fraction of the nominal images that is damaged, where there are few. */
const damagedFraction = 0.25;

/**
 * A data set made of nominal images alone, by which configurations can be compared without labels: of the training images some stay for
 * fitting, others are written to a folder as test images, each once as it is and once with a defect pasted into it, all kinds in turn.
 *
 * @param dataset of which the training images are read
 * @param options the folder that is written to; the seed, which decides which images and which defects; samples that are black and white
 * @throws RangeError when there are fewer than 4 nominal images; Error when one of them cannot be read
 */
export async function makeTuningSet(
  dataset: Dataset,
  {
    folder,
    seed,
    black,
    white,
    onProgress,
    signal,
  }: { folder: string } & Pick<Configuration, 'seed' | 'black' | 'white'> & LongWork,
): Promise<Dataset> {
  const nominal = samplesOf(dataset, 'train');
  if (nominal.length < 4)
    throw new RangeError(
      `there are ${nominal.length} nominal images; expected at least 4: some are fitted on, and others are damaged`,
    );
  const damaged = Math.min(mostDamaged, Math.max(2, Math.round(damagedFraction * nominal.length)));
  const used = Math.min(nominal.length, damaged + mostFitted);
  const order = [...sampleWithoutReplacement(nominal.length, used, createRandom(seed))];
  const kept = order.map((at) => nominal[at]);
  const load = async (sample: Sample) => (await sampleLoader.get()(sample, { black, white })).image;
  const tests: Sample[] = [];
  let other: RgbImage = await load(kept[damaged]);
  for (let at = 0; at < damaged; at++) {
    stopIfAborted(signal);
    const photo = await load(kept[at]);
    const kind = pastedNames[at % pastedNames.length];
    const { image, mask } = pasteDefect(photo, kind, { other, seed: seed + at + 1 });
    const path = (...parts: string[]) => join(folder, ...parts, `${String(at).padStart(3, '0')}.png`);
    await writePng(path('good'), photo);
    await writePng(path(kind), image);
    await writeMaskPng(path('masks', kind), mask);
    tests.push(
      { path: path('good'), split: 'test', label: 'nominal', defect: 'good', maskPath: null },
      { path: path(kind), split: 'test', label: 'anomalous', defect: kind, maskPath: path('masks', kind) },
    );
    other = photo;
    onProgress?.({ stage: 'images damaged', done: at + 1, total: damaged });
  }
  return { name: dataset.name, samples: [...kept.slice(damaged), ...tests] };
}
