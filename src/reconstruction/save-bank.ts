import { encodeSafetensors, type Tensor } from '../features';
import { writeFileAtomically } from '../images';
import type { Reconstructor } from './reconstructor';

/**
 * Writes a memory bank as one safetensors file, whole or not at all. Tensors per level l: `level{l}.exemplars` (`[images, height,
 * width, channels]`, or `[patches, channels]`), and where there are any `level{l}.channel_mean`, `level{l}.channel_scale` and
 * `level{l}.whitening`. The metadata hold the granularity, the exemplars' origins (image index and position) and the nominal
 * residuals of every level, as JSON.
 *
 * @param about further texts for the metadata, e.g. the backbone and its weights' checksum
 * @throws Error naming the path when it cannot be written
 */
export async function saveBank(
  path: string,
  {
    bank,
    granularity,
    exemplars,
    nominal,
  }: Pick<Reconstructor, 'bank' | 'granularity' | 'exemplars' | 'nominal'>,
  about: Readonly<Record<string, string>> = {},
): Promise<void> {
  const tensors = new Map<string, Tensor>();
  for (const { level, height, width, channels, exemplars: features, channelNorm, whitening } of bank) {
    const shape =
      granularity === 'patch' ? [features.rows, channels] : [exemplars.length, height, width, channels];
    tensors.set(`level${level}.exemplars`, { shape, data: features.data });
    if (channelNorm) {
      tensors.set(`level${level}.channel_mean`, { shape: [channels], data: channelNorm.mean });
      tensors.set(`level${level}.channel_scale`, { shape: [channels], data: channelNorm.scale });
    }
    if (whitening)
      tensors.set(`level${level}.whitening`, { shape: [channels, channels], data: whitening.data });
  }
  const metadata = {
    ...about,
    granularity,
    origins: JSON.stringify(exemplars),
    nominal_residuals: JSON.stringify(nominal),
  };
  await writeFileAtomically(path, encodeSafetensors(tensors, metadata));
}
