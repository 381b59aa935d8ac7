import type { LongWork } from '../base';
import {
  backboneNetwork,
  createExtractor,
  embeddedWeights,
  extractAll,
  type FeatureMaps,
  type Network,
} from '../features';
import {
  type Dataset,
  type ImageSource,
  type Plane,
  samplesFrom,
  samplesOf,
  type SkippedSample,
} from '../images';
import {
  fitReconstructor,
  granularities,
  type GranularityName,
  type Reconstructor,
  type ReconstructorOptions,
} from '../reconstruction';
import { type Configuration, configure } from '../configuration';
import { createDetector, type Detector } from './detector';
import { bankFiles } from './files';
import { modelOptionsOf } from '../configuration';
import { mapsAndScores } from './score-batches';
import { nominalThresholds, type Thresholds } from './thresholds';
import { weighGranularities } from './weigh-granularities';

/** Parameters of {@link fitDetector} beside the configuration. */
export interface FitOptions extends LongWork {
  /** The backbone's network, where it is loaded already. Default: the configuration's. */
  network?: Network;
}

/**
 * Fits the whole method on nominal images: features, a memory bank of exemplars, and the calibration of residuals.
 *
 * Broken images are skipped; more exemplars than there are nominal images are cut down to all of them. `detector.fit` reports
 * both.
 *
 * @param nominal a data set, of which the training images are used, or nominal images: paths, samples, or images of the
 *   configuration's size
 * @param changes the parameters that are to differ from {@link configure}'s defaults
 * @returns the detector; `dispose` frees its native memory
 * @throws RangeError when a parameter is out of range; Error when no image can be used or the weights are missing
 * @see Hotta, Zhang, Hagihara, Akashi, arXiv 2309.13904, section 3
 * @example
 * ```ts
 * const nominal = [0, 1, 2, 3].map((seed) => drawSynthetic('nut', { seed, size: 64 }).image);
 * const detector = await fitDetector(nominal, { size: 64 });
 * for await (const { score, map } of detector.score(drawSynthetic('nut', { defect: 'stain', seed: 9, size: 64 }).image))
 *   console.log(score > 0, map.width); // true 64
 * ```
 */
export async function fitDetector(
  nominal: Dataset | readonly ImageSource[],
  changes: Partial<Configuration> = {},
  { network: given, ...work }: FitOptions = {},
): Promise<Detector> {
  const configuration = configure(changes);
  const samples =
    'samples' in nominal
      ? samplesOf(nominal, 'train')
      : samplesFrom(nominal, { split: 'train', label: 'nominal' });
  const network = given ?? (await networkOf(configuration));
  const extractor = await createExtractor(network, configuration);
  try {
    const skipped: SkippedSample[] = [];
    const started = performance.now();
    const features = await extractAll(extractor, samples, {
      ...withStage(work, 'nominal images'),
      fit: configuration.fit,
      resize: configuration.resize,
      onSkip: (sample) => void skipped.push(sample),
    });
    const extracted = performance.now();
    const { reconstructors: unweighted, notices } = await fitReconstructors(
      features.maps,
      configuration,
      work,
    );
    const fitted = weighGranularities(unweighted, configuration);
    const { thresholds, heatRange } = nominalLimits(fitted, configuration);
    const fit = {
      featureSeconds: (extracted - started) / 1000,
      bankSeconds: (performance.now() - extracted) / 1000,
      skipped,
      notices,
    };
    const reconstructors = fitted.map((reconstructor) => ({ ...reconstructor, leftOut: [] }));
    const training = features.samples.map(({ path }) => path);
    const { weightsSha256 } = network;
    const state = { configuration, weightsSha256, training, reconstructors, thresholds, heatRange };
    return createDetector(state, extractor, fit);
  } catch (error) {
    await extractor.dispose();
    throw error;
  }
}

/** The network that a configuration names, with weights from its file. */
export async function networkOf({
  backbone,
  weights,
}: Pick<Configuration, 'backbone' | 'weights'>): Promise<Network> {
  if (weights) return backboneNetwork(backbone, await bankFiles.get().read(weights));
  return backboneNetwork(
    backbone,
    backbone === 'efficientnet_lite0' ? await embeddedWeights.get()() : undefined,
  );
}

/** Work whose progress is told under another stage. */
export function withStage({ signal, onProgress }: LongWork, stage: string): LongWork {
  return { signal, onProgress: onProgress && ((report) => onProgress({ ...report, stage })) };
}

/** A reconstructor per granularity; where there are fewer images than exemplars, all of them are kept, with a notice. */
async function fitReconstructors(
  maps: readonly FeatureMaps[],
  configuration: Configuration,
  work: LongWork,
): Promise<{ reconstructors: Reconstructor[]; notices: string[] }> {
  const notices: string[] = [];
  const reconstructors: Reconstructor[] = [];
  for (const granularity of configuration.granularities) {
    const { options, notice } = exemplarOptionsOf(maps, configuration, granularity);
    if (notice) notices.push(notice);
    const stage = withStage(work, `${granularity} exemplars`);
    reconstructors.push(await fitReconstructor(maps, { ...options, ...stage }));
  }
  return { reconstructors, notices };
}

/** {@link modelOptionsOf} with a number of exemplars that the nominal features can give, and a notice where it was cut down. */
export function exemplarOptionsOf(
  maps: readonly FeatureMaps[],
  configuration: Configuration,
  granularity: GranularityName,
): { options: ReconstructorOptions; notice?: string } {
  const options = modelOptionsOf(configuration, granularity);
  const { keepsImages, available: availableIn } = granularities[granularity];
  const reference = maps.find(({ level }) => level === configuration.referenceLevel) ?? maps.at(-1)!;
  const available = availableIn(reference);
  const { exemplars } = options;
  if (exemplars === undefined) return { options };
  if (exemplars < 1)
    return { options: { ...options, exemplars: Math.max(1, Math.round(exemplars * available)) } };
  if (exemplars <= available) return { options };
  const kind = keepsImages ? 'images' : 'patches';
  const notice = `${exemplars} exemplars were asked for, and there are ${available} nominal ${kind}: all of them are kept`;
  return { options: { ...options, exemplars: available }, notice };
}

/** Thresholds and the range of heat colours, from reconstructors whose left-out images are at hand. */
export function nominalLimits(
  reconstructors: readonly Reconstructor[],
  configuration: Configuration,
): { thresholds: Thresholds; heatRange: [number, number] } {
  const leftOut = reconstructors.flatMap((reconstructor) => reconstructor.leftOut);
  const nominal = mapsAndScores(leftOut, reconstructors, configuration);
  const { imageFalseAlarms: image, pixelFalseAlarms: pixel } = configuration;
  const thresholds = nominalThresholds(nominal, { image, pixel });
  return { thresholds, heatRange: heatRangeOf(nominal.maps, thresholds) };
}

/** Map values that heat colours span: from the median of nominal images to twice as far above it as the threshold is. */
function heatRangeOf(maps: readonly Plane[], { pixel }: Thresholds): [number, number] {
  const medians = maps.map(({ data }) => data.slice().sort()[data.length >> 1]).sort((a, b) => a - b);
  const low = medians[medians.length >> 1];
  return [low, low + 2 * Math.max(1e-6, pixel - low)];
}
