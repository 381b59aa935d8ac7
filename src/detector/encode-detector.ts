import { encodeSafetensors } from '../matrix';
import { reconstructorToTensors } from '../reconstruction';
import { withoutMachine } from './configuration';
import type { DetectorState } from './detector';

/** Says what a file is. */
export const fileFormat = 'spanlab memory bank';
/** Changes when files of this version cannot be read any more. */
export const fileVersion = '2';

/** A detector as the bytes of a safetensors file: exemplars and whitening as tensors, the rest as JSON in the metadata. */
export function encodeDetector(state: DetectorState): Uint8Array {
  const { configuration, weightsSha256, training, thresholds, heatRange, reconstructor } = state;
  const { tensors, summary } = reconstructorToTensors(reconstructor);
  return encodeSafetensors(tensors, {
    format: fileFormat,
    format_version: fileVersion,
    backbone: configuration.backbone,
    weights_sha256: weightsSha256 ?? '',
    configuration: JSON.stringify(withoutMachine(configuration)),
    training: JSON.stringify(training),
    ...(thresholds && { thresholds: JSON.stringify(thresholds) }),
    ...(heatRange && { heat_range: JSON.stringify(heatRange) }),
    reconstructor: JSON.stringify(summary),
  });
}
