import { encodeSafetensors } from '../matrix';
import { reconstructorToTensors } from '../reconstruction';
import { withoutMachine } from '../configuration';
import type { DetectorState } from './detector';

/** Says what a file is. */
export const fileFormat = 'spanlab memory bank';
/** Changes when files of this version cannot be read any more. */
export const fileVersion = '3';

/** A detector as the bytes of a safetensors file: exemplars and whitening as tensors, the rest as JSON in the metadata. */
export function encodeDetector(state: DetectorState): Uint8Array {
  const { configuration, weightsSha256, training, thresholds, heatRange, reconstructors } = state;
  const { nominalScores, nominalPixels } = state;
  const saved = reconstructors.map((reconstructor) => reconstructorToTensors(reconstructor));
  const tensors = new Map(saved.flatMap((part) => [...part.tensors]));
  return encodeSafetensors(tensors, {
    format: fileFormat,
    format_version: fileVersion,
    backbone: configuration.backbone,
    weights_sha256: weightsSha256 ?? '',
    configuration: JSON.stringify(withoutMachine(configuration)),
    training: JSON.stringify(training),
    thresholds: JSON.stringify(thresholds),
    nominal_scores: JSON.stringify(nominalScores),
    ...(nominalPixels && { nominal_pixels: JSON.stringify(nominalPixels) }),
    heat_range: JSON.stringify(heatRange),
    reconstructors: JSON.stringify(saved.map(({ summary }) => summary)),
  });
}
