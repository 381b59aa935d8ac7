import { createFeatureMatrix, isHalfPrecise, type Tensor } from '../matrix';
import { granularities } from './granularity';
import { type BankLevel, exemplarSetOf, type ReconstructorState } from './reconstructor';

/** The fields of a level that are not tensors. */
type LevelSummary = Pick<BankLevel, 'level' | 'height' | 'width' | 'channels' | 'calibration'>;

/** The fields of a reconstructor that are not tensors; the file's metadata hold them as JSON. */
export interface ReconstructorSummary extends Omit<ReconstructorState, 'bank' | 'sampling'> {
  sampling: { indices: number[]; costs: (number | null)[]; solves: number };
  levels: LevelSummary[];
}

/**
 * A reconstructor as tensors and a summary. Tensors of granularity g and level l: `{g}.level{l}.exemplars` (`[images, height, width, channels]`, or
 * `[patches, channels]`; in half precision where it holds all values), and where there are any `channel_mean`, `channel_scale`, `centre`,
 * `whitening` and `ignored`, nonzero at positions that are left out.
 */
export function reconstructorToTensors(state: ReconstructorState): {
  tensors: Map<string, Tensor>;
  summary: ReconstructorSummary;
} {
  const { granularity, window, unitNorm, metric, referenceLevel, origins, bank, sampling } = state;
  const tensors = new Map<string, Tensor>();
  for (const { exemplars, channelNorm, centre, whitening, ignored, ...level } of bank) {
    const shape = granularities[granularity].tensorShape(level, exemplarSetOf(state), exemplars.rows);
    const prefix = `${granularity}.level${level.level}`;
    const dtype = isHalfPrecise(exemplars.data) ? 'F16' : 'F32';
    tensors.set(`${prefix}.exemplars`, { shape, data: exemplars.data, dtype });
    if (channelNorm) {
      tensors.set(`${prefix}.channel_mean`, { shape: [level.channels], data: channelNorm.mean });
      tensors.set(`${prefix}.channel_scale`, { shape: [level.channels], data: channelNorm.scale });
    }
    if (centre) tensors.set(`${prefix}.centre`, { shape: [centre.rows, centre.cols], data: centre.data });
    if (ignored)
      tensors.set(`${prefix}.ignored`, {
        shape: [level.height, level.width],
        data: Float32Array.from(ignored),
      });
    if (whitening)
      tensors.set(`${prefix}.whitening`, { shape: [level.channels, level.channels], data: whitening.data });
  }
  const summary: ReconstructorSummary = {
    granularity,
    window,
    unitNorm,
    metric,
    referenceLevel,
    origins,
    sampling: {
      indices: Array.from(sampling.indices),
      costs: Array.from(sampling.costs, (cost) => (Number.isFinite(cost) ? cost : null)),
      solves: sampling.solves,
    },
    levels: bank.map(({ level, height, width, channels, calibration }) => ({
      level,
      height,
      width,
      channels,
      calibration,
    })),
  };
  return { tensors, summary };
}

/**
 * The inverse of {@link reconstructorToTensors}.
 *
 * @throws Error naming what is missing or has another shape
 */
export function reconstructorFromTensors(
  tensors: ReadonlyMap<string, Tensor>,
  { levels, sampling, ...rest }: ReconstructorSummary,
): ReconstructorState {
  const reference = levels.find(({ level }) => level === rest.referenceLevel);
  if (!reference) throw new Error(`reference level ${rest.referenceLevel} is not among its levels`);
  const set = { origins: rest.origins, window: rest.window, reference };
  const take = (name: string, shape: readonly number[]): Float32Array => {
    const tensor = tensors.get(name);
    if (!tensor) throw new Error(`tensor ${name} is missing`);
    if (tensor.shape.join() !== shape.join())
      throw new Error(`tensor ${name} has shape [${tensor.shape}], expected [${shape}]`);
    return tensor.data;
  };
  const bank = levels.map((summary): BankLevel => {
    const { channels } = summary;
    const prefix = `${rest.granularity}.level${summary.level}`;
    const { keepsImages, tensorShape } = granularities[rest.granularity];
    const shape = tensorShape(summary, set, tensors.get(`${prefix}.exemplars`)?.shape[0] ?? 0);
    const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
    const optional = (name: string, size: readonly number[]) =>
      tensors.has(`${prefix}.${name}`) ? take(`${prefix}.${name}`, size) : null;
    const mean = optional('channel_mean', [channels]);
    const centreRows = keepsImages ? summary.height * summary.width : 1;
    const centre = optional('centre', [centreRows, channels]);
    const whitening = optional('whitening', [channels, channels]);
    const ignored = optional('ignored', [summary.height, summary.width]);
    return {
      ...summary,
      exemplars: createFeatureMatrix(rows, channels, take(`${prefix}.exemplars`, shape)),
      channelNorm: mean && { mean, scale: take(`${prefix}.channel_scale`, [channels]) },
      centre: centre && createFeatureMatrix(centreRows, channels, centre),
      whitening: whitening && createFeatureMatrix(channels, channels, whitening),
      ...(ignored && { ignored: Uint8Array.from(ignored, (value) => (value ? 1 : 0)) }),
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
