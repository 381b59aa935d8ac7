import '../../src/platform';
import type { Tensor } from '../../src/matrix';

/** One map, channels x height x width: the slow and obvious counterpart of an engine's. */
export interface SlowMap {
  channels: number;
  height: number;
  width: number;
  data: Float64Array;
}

export function slowMap(
  channels: number,
  height: number,
  width: number,
  data = new Float64Array(channels * height * width),
): SlowMap {
  return { channels, height, width, data };
}

export function slowConv(x: SlowMap, weight: Tensor, stride: number, padding: number): SlowMap {
  const [out, inputs, size] = weight.shape;
  const side = (length: number) => Math.floor((length + 2 * padding - size) / stride) + 1;
  const y = slowMap(out, side(x.height), side(x.width));
  for (let o = 0; o < out; o++)
    for (let row = 0; row < y.height; row++)
      for (let col = 0; col < y.width; col++) {
        let sum = 0;
        for (let c = 0; c < inputs; c++)
          for (let i = 0; i < size; i++)
            for (let j = 0; j < size; j++) {
              const [r, s] = [row * stride + i - padding, col * stride + j - padding];
              if (r < 0 || s < 0 || r >= x.height || s >= x.width) continue;
              sum +=
                weight.data[((o * inputs + c) * size + i) * size + j] *
                x.data[(c * x.height + r) * x.width + s];
            }
        y.data[(o * y.height + row) * y.width + col] = sum;
      }
  return y;
}

export function slowBatchNorm(
  x: SlowMap,
  gamma: Tensor,
  beta: Tensor,
  mean: Tensor,
  variance: Tensor,
): SlowMap {
  const plane = x.height * x.width;
  const data = x.data.map((value, index) => {
    const c = Math.floor(index / plane);
    return (gamma.data[c] * (value - mean.data[c])) / Math.sqrt(variance.data[c] + 1e-5) + beta.data[c];
  });
  return { ...x, data };
}

export const slowRelu = (x: SlowMap): SlowMap => ({ ...x, data: x.data.map((value) => Math.max(0, value)) });

export const slowAdd = (a: SlowMap, b: SlowMap): SlowMap => ({
  ...a,
  data: a.data.map((value, index) => value + b.data[index]),
});

export function slowMaxPool(x: SlowMap): SlowMap {
  const side = (length: number) => Math.floor((length - 1) / 2) + 1;
  const y = slowMap(x.channels, side(x.height), side(x.width));
  for (let c = 0; c < x.channels; c++)
    for (let row = 0; row < y.height; row++)
      for (let col = 0; col < y.width; col++) {
        let largest = Number.NEGATIVE_INFINITY;
        for (let r = 2 * row - 1; r <= 2 * row + 1; r++)
          for (let s = 2 * col - 1; s <= 2 * col + 1; s++)
            if (r >= 0 && s >= 0 && r < x.height && s < x.width)
              largest = Math.max(largest, x.data[(c * x.height + r) * x.width + s]);
        y.data[(c * y.height + row) * y.width + col] = largest;
      }
  return y;
}
