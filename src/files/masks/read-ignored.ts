import { type MaskRuns, runsOf } from '../../images';
import { decodeWholeMask } from './decode-mask';
import { markedPixels } from './mask-of-samples';

/**
 * Reads the mask of a region that is to be ignored, the parameter `ignore`: white where photos are left out, which may be most of them.
 * A photo's alpha channel or a mask of several colours is read as {@link decodeMask} does.
 *
 * @throws Error naming the file when it cannot be decoded, or marks nothing
 * @example
 * ```ts
 * const [nut] = await openDatasets('synthetic', { categories: ['nut'] });
 * const { maskPath } = nut.samples.find(({ defect }) => defect === 'hole')!;
 * const { width, height } = await readIgnored(maskPath!);
 * [width, height] // [128, 128]
 * ```
 */
export async function readIgnored(path: string): Promise<MaskRuns> {
  const { mask } = await decodeWholeMask(path, markedPixels);
  if (!mask.data.includes(1))
    throw new Error(`the mask ${path} is black; expected white where photos are to be ignored`);
  return runsOf(mask);
}
