import { createRandom, integerIn, type LongWork, sampleWithoutReplacement, stopIfAborted } from '../base';
import { type FeatureMaps, selectMaps, sliceMaps } from '../features';
import type { Mask } from '../images';
import { fitReconstructor, type Reconstructor, type SamplerName } from '../reconstruction';
import { rankingMetrics } from '../scoring';
import { type SolverConfig, solverOf } from '../subspace';
import { medianMilliseconds } from './median-milliseconds';

/** Features of one level, and where its test images have defects. */
export interface MimicryData {
  /** Nominal images. */
  nominal: FeatureMaps;
  /** Images with defects. */
  anomalous: FeatureMaps;
  /** Ground truth of the images with defects, at any size. */
  masks: readonly (Mask | null)[];
}

/** Parameters of {@link mimicryTest}. */
export interface MimicryOptions extends LongWork {
  /** Numbers of exemplars. */
  sizes: readonly number[];
  /** Models by name. */
  solvers: Readonly<Record<string, SolverConfig>>;
  samplers: readonly SamplerName[];
  /** Seeds of the split into bank images and withheld images, and of the sampling. Default 0, 1, 2. */
  seeds?: readonly number[];
  /** Fraction of the nominal images that the memory bank never sees, in (0, 1). Default 0.5. */
  withheld?: number;
}

/** How one memory bank reconstructs withheld nominal images and defects. */
export interface MimicryRow {
  solver: string;
  sampler: SamplerName;
  exemplars: number;
  seed: number;
  /** Fraction of the patches of withheld nominal images above the threshold. */
  falseAlarms: number;
  /** Fraction of the defects' patches above the threshold. */
  found: number;
  /** Area under the ROC curve of defects' patches against patches of withheld nominal images. */
  auroc: number;
  /** Milliseconds to reconstruct one image, the median of five runs. */
  milliseconds: number;
}

/** Fraction of the residuals of the bank images' left-out patches that lie above the threshold. */
const nominalAbove = 0.01;

/**
 * The paper's claim as an experiment: a combination of exemplars mimics nominal features that the memory bank does not hold, and
 * does not mimic defects. Nominal images are withheld from the bank. For every memory bank, the threshold is the residual that 1 % of
 * the left-out patches of the bank images exceed, and the patches above it are counted on withheld images (false positives,
 * `falseAlarms`) and on defects (true positives, `found`).
 *
 * @returns a row per solver, sampler, size and seed
 * @throws RangeError when a size is larger than the patches of the bank's images, or a parameter is out of range
 * @see Hotta, Zhang, Hagihara, Akashi, arXiv 2309.13904, figures 4 and 5
 * @example
 * ```ts
 * const [nut] = await openDatasets('synthetic', { categories: ['nut'] });
 * const data = await mimicryData(createPipeline(nut), configure({ backbone: 'scattering', size: 64 }), 2);
 * const rows = await mimicryTest(data, {
 *   sizes: [20], solvers: { nearest: { name: 'nearest' } }, samplers: ['kCenter'], seeds: [0],
 * });
 * rows[0].auroc > 0.5 // true
 * ```
 */
export async function mimicryTest(
  { nominal, anomalous, masks }: MimicryData,
  { sizes, solvers, samplers, seeds = [0, 1, 2], withheld = 0.5, signal, onProgress }: MimicryOptions,
): Promise<MimicryRow[]> {
  const kept = nominal.count - Math.round(withheld * nominal.count);
  integerIn(
    { 'bank images': kept },
    [2, nominal.count - 1],
    'at least one image is withheld, and two are kept',
  );
  const defective = masks.map((mask) => mask && gridOf(mask, anomalous));
  const total = seeds.length * samplers.length * sizes.length * Object.keys(solvers).length;
  const rows: MimicryRow[] = [];
  for (const seed of seeds) {
    const order = sampleWithoutReplacement(nominal.count, nominal.count, createRandom(seed));
    const bank = selectMaps(nominal, order.slice(0, kept));
    const unseen = selectMaps(nominal, order.slice(kept));
    for (const sampler of samplers)
      for (const exemplars of sizes)
        for (const [solver, config] of Object.entries(solvers)) {
          stopIfAborted(signal);
          const reconstructor = await fitReconstructor([bank], {
            ...{ granularity: 'patch', metric: 'euclidean', sampler, exemplars, seed, signal },
            solver: solverOf(config),
          });
          const measured = await measureBank(reconstructor, { unseen, anomalous, defective });
          rows.push({ solver, sampler, exemplars, seed, ...measured });
          onProgress?.({ stage: 'memory banks', done: rows.length, total });
        }
  }
  return rows;
}

async function measureBank(
  reconstructor: Reconstructor,
  {
    unseen,
    anomalous,
    defective,
  }: { unseen: FeatureMaps; anomalous: FeatureMaps; defective: readonly (Uint8Array | null)[] },
): Promise<Pick<MimicryRow, 'falseAlarms' | 'found' | 'auroc' | 'milliseconds'>> {
  const own = reconstructor.leftOut[0].residuals.slice().sort();
  const threshold = own[Math.floor((1 - nominalAbove) * own.length)];
  const [{ residuals: quiet }] = await reconstructor.reconstruct([unseen]);
  const [{ residuals }] = await reconstructor.reconstruct([anomalous]);
  const positions = anomalous.height * anomalous.width;
  const loud = residuals.filter((_, at) => defective[Math.floor(at / positions)]?.[at % positions]);
  const fractionAbove = (values: Float32Array) =>
    values.reduce((count, value) => count + (value > threshold ? 1 : 0), 0) / values.length;
  const scores = new Float32Array(quiet.length + loud.length);
  scores.set(quiet);
  scores.set(loud, quiet.length);
  const { auroc } = rankingMetrics(
    scores,
    Array.from(scores, (_, at) => at >= quiet.length),
  );
  const one = sliceMaps(unseen, 0, 1);
  const milliseconds = await medianMilliseconds(() => reconstructor.reconstruct([one]));
  return { falseAlarms: fractionAbove(quiet), found: fractionAbove(loud), auroc, milliseconds };
}

/** Positions whose cell is at least half covered by a mask. */
function gridOf(mask: Mask, { width, height }: FeatureMaps): Uint8Array {
  const covered = new Float32Array(width * height);
  const counts = new Float32Array(width * height);
  for (let y = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++) {
      const at = Math.floor((y * height) / mask.height) * width + Math.floor((x * width) / mask.width);
      covered[at] += mask.data[y * mask.width + x];
      counts[at]++;
    }
  }
  return Uint8Array.from(covered, (value, at) => (value >= counts[at] / 2 ? 1 : 0));
}
