import { createFeatureMatrix, type Tensor } from '../features';
import { type BankLevel, patchRows, type SavedReconstructor } from './reconstructor';

/** What of a reconstructor is small: everything but its tensors. Goes into the file's metadata as JSON. */
type Summary = Omit<SavedReconstructor, 'bank' | 'sampling'> & {
  sampling: { indices: number[]; costs: (number | null)[]; solves: number };
  levels: { level: number; height: number; width: number; channels: number }[];
};

/**
 * A reconstructor as tensors and a JSON text. Tensors per level l: `level{l}.exemplars` (`[images, height, width, channels]`, or
 * `[patches, channels]`), and where there are any `level{l}.channel_mean`, `level{l}.channel_scale` and `level{l}.whitening`.
 */
export function reconstructorToTensors({ bank, sampling, ...rest }: SavedReconstructor): {
  tensors: Map<string, Tensor>;
  summary: string;
} {
  const tensors = new Map<string, Tensor>();
  for (const { level, height, width, channels, exemplars: features, channelNorm, whitening } of bank) {
    const shape =
      rest.granularity === 'patch'
        ? [features.rows, channels]
        : [rest.exemplars.length, height, width, channels];
    tensors.set(`level${level}.exemplars`, { shape, data: features.data });
    if (channelNorm) {
      tensors.set(`level${level}.channel_mean`, { shape: [channels], data: channelNorm.mean });
      tensors.set(`level${level}.channel_scale`, { shape: [channels], data: channelNorm.scale });
    }
    if (whitening)
      tensors.set(`level${level}.whitening`, { shape: [channels, channels], data: whitening.data });
  }
  const { granularity, window, unitNorm, referenceLevel, exemplars, nominal } = rest;
  const summary: Summary = {
    granularity,
    window,
    unitNorm,
    referenceLevel,
    exemplars,
    nominal,
    sampling: {
      indices: Array.from(sampling.indices),
      costs: Array.from(sampling.costs, (cost) => (Number.isFinite(cost) ? cost : null)),
      solves: sampling.solves,
    },
    levels: bank.map(({ level, height, width, channels }) => ({ level, height, width, channels })),
  };
  return { tensors, summary: JSON.stringify(summary) };
}

/**
 * The inverse of {@link reconstructorToTensors}.
 *
 * @throws Error naming what is missing or has another shape
 */
export function reconstructorFromTensors(
  tensors: ReadonlyMap<string, Tensor>,
  text: string,
): SavedReconstructor {
  const { levels, sampling, ...rest } = JSON.parse(text) as Summary;
  const reference = levels.find(({ level }) => level === rest.referenceLevel);
  if (!reference) throw new Error(`reference level ${rest.referenceLevel} is not among its levels`);
  const take = (name: string, shape: readonly number[]): Float32Array => {
    const tensor = tensors.get(name);
    if (!tensor) throw new Error(`tensor ${name} is missing`);
    if (tensor.shape.join() !== shape.join())
      throw new Error(`tensor ${name} has shape [${tensor.shape}], expected [${shape}]`);
    return tensor.data;
  };
  const bank = levels.map(({ level, height, width, channels }): BankLevel => {
    const patches = rest.granularity === 'patch';
    const rows = patches
      ? patchRows(rest.exemplars, reference, { height, width }).length
      : rest.exemplars.length * height * width;
    const shape = patches ? [rows, channels] : [rest.exemplars.length, height, width, channels];
    const optional = (name: string, size: readonly number[]) =>
      tensors.has(`level${level}.${name}`) ? take(`level${level}.${name}`, size) : null;
    const mean = optional('channel_mean', [channels]);
    const whitening = optional('whitening', [channels, channels]);
    return {
      level,
      height,
      width,
      channels,
      exemplars: createFeatureMatrix(rows, channels, take(`level${level}.exemplars`, shape)),
      channelNorm: mean && { mean, scale: take(`level${level}.channel_scale`, [channels]) },
      whitening: whitening && createFeatureMatrix(channels, channels, whitening),
    };
  });
  return {
    ...rest,
    bank,
    sampling: {
      indices: Uint32Array.from(sampling.indices),
      costs: Float64Array.from(sampling.costs, (cost) => cost ?? Number.NaN),
      solves: sampling.solves,
    },
  };
}
