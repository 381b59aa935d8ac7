import type { Tensor } from '../matrix';

/** BatchNorm at inference, as the per-channel map `scale * x + shift`. */
export interface Affine {
  scale: Float32Array;
  shift: Float32Array;
}

/** The parameters of a trained BatchNorm, one value per channel. */
interface BatchNorm {
  gamma: Float32Array;
  beta: Float32Array;
  mean: Float32Array;
  variance: Float32Array;
}

/** `scale = gamma / sqrt(variance + epsilon)`, `shift = beta - mean * scale`. */
export function batchNormAffine({ gamma, beta, mean, variance }: BatchNorm, epsilon: number): Affine {
  const scale = gamma.map((value, channel) => value / Math.sqrt(variance[channel] + epsilon));
  return { scale, shift: beta.map((value, channel) => value - mean[channel] * scale[channel]) };
}

/** Folds an affine map of a convolution's output into its `[out, in, size, size]` weight and a bias. */
export function foldIntoConv(
  weight: Tensor,
  { scale, shift }: Affine,
): { weight: Tensor; bias: Float32Array } {
  const perOutput = weight.data.length / weight.shape[0];
  const data = weight.data.map((value, index) => value * scale[Math.floor(index / perOutput)]);
  return { weight: { shape: weight.shape, data }, bias: shift };
}
