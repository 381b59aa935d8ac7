import type { LongWork } from '../base';
import { backboneNetwork, createExtractor, extractAll, type Network } from '../features';
import { type Dataset, type ImageSource, samplesFrom, samplesOf, type SkippedSample } from '../images';
import { fitReconstructor, granularities } from '../reconstruction';
import { solverOf } from '../subspace';
import { type Configuration, configure } from './configuration';
import { createDetector, type Detector } from './detector';
import { bankFiles } from './files';

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
    const { exemplars, notices } = exemplarsOf(configuration, features.samples.length);
    const reconstructor = await fitReconstructor(features.maps, {
      ...configuration,
      exemplars,
      solver: solverOf(configuration.solver),
      ...withStage(work, 'exemplars'),
    });
    const fit = {
      featureSeconds: (extracted - started) / 1000,
      bankSeconds: (performance.now() - extracted) / 1000,
      skipped,
      notices,
    };
    const { weightsSha256 } = network;
    const training = features.samples.map(({ path }) => path);
    return createDetector({ configuration, weightsSha256, training, reconstructor }, extractor, fit);
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
  return backboneNetwork(backbone, weights ? await bankFiles.get().read(weights) : undefined);
}

/** Work whose progress is told under another stage. */
export function withStage({ signal, onProgress }: LongWork, stage: string): LongWork {
  return { signal, onProgress: onProgress && ((report) => onProgress({ ...report, stage })) };
}

/** The number of exemplars, which images limit where the memory bank keeps whole images. */
function exemplarsOf(
  { exemplars, granularity }: Configuration,
  images: number,
): { exemplars?: number; notices: string[] } {
  const kind = granularities[granularity];
  if (!kind.keepsImages || exemplars === undefined || exemplars <= images) return { exemplars, notices: [] };
  const notice = `${exemplars} exemplars were asked for, and there are ${images} nominal images: all of them are kept`;
  return { exemplars: images, notices: [notice] };
}
