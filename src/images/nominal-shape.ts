import { evenIndices } from '../base';
import { type Sample, sizeReader } from './dataset';
import type { Size } from './framing';

/** The shape of nominal images. */
export interface NominalShape extends Size {
  /** Whether images are in memory, so that they keep this size. */
  isFixed: boolean;
}

/** Files whose sizes are read, at most. */
const mostRead = 100;

/**
 * The size of the nominal image with the median aspect ratio, of at most 100 images at even distances, from their headers alone. Images
 * in memory cannot be scaled: the first one's size is that of all.
 *
 * @param samples nominal ones
 * @returns undefined where no header can be read
 * @example
 * ```ts
 * const [nut] = await openDatasets('synthetic', { categories: ['nut'] });
 * await nominalShape(samplesOf(nut, 'train')) // { width: 128, height: 128, isFixed: false }
 * ```
 */
export async function nominalShape(samples: readonly Sample[]): Promise<NominalShape | undefined> {
  const inMemory = samples.find(({ pixels }) => pixels)?.pixels;
  if (inMemory) return { width: inMemory.width, height: inMemory.height, isFixed: true };
  const chosen = evenIndices(Math.min(mostRead, samples.length), samples.length);
  const sizes: Size[] = [];
  // One after the other: some formats are decoded for it.
  for (const at of chosen) {
    const size = await sizeReader
      .get()(samples[at].path)
      .catch(() => undefined);
    if (size) sizes.push(size);
  }
  sizes.sort((a, b) => a.width / a.height - b.width / b.height);
  const median = sizes.at(sizes.length >> 1);
  return median && { width: median.width, height: median.height, isFixed: false };
}
