import type { Affine } from '../batch-norm';

const mean = [0.485, 0.456, 0.406];
const deviation = [0.229, 0.224, 0.225];

/** ImageNet's channel normalization `(x - mean) / deviation` of RGB in [0, 1], as torchvision and Gluon define it. */
export const imagenetNormalization: Affine = {
  scale: Float32Array.from(deviation, (value) => 1 / value),
  shift: Float32Array.from(mean, (value, channel) => -value / deviation[channel]),
};
