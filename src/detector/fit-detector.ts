import { type LongWork, runStage } from '../base';
import {
  backboneNetwork,
  createExtractor,
  embeddedWeights,
  type FeatureStore,
  isEmbedded,
  type Network,
  readAll,
} from '../features';
import {
  type Dataset,
  type ImageSource,
  nominalShape,
  type Sample,
  type SampleNotice,
  samplesFrom,
  samplesOf,
} from '../images';
import type { Reconstructor } from '../reconstruction';
import { type Configuration, configure, type SizedConfiguration, sizedConfiguration } from '../configuration';
import { createDetector, type Detector, type DetectorState } from './detector';
import { describeNotices } from './describe-notices';
import { bankFiles } from './files';
import { checkFitMemory } from './fit-memory';
import { judgeWhite } from './judge-white';
import { openFeatures } from './open-features';
import { fitBanks, limitsOf, makeAnew, type NominalLimits } from './stages';
import { withStage } from './with-stage';

/** Parameters of {@link fitDetector} beside the configuration. */
export interface FitOptions extends LongWork {
  /** The backbone's network, where it is loaded already. Default: the configuration's. */
  network?: Network;
  /** Where features are kept while the bank is fitted, and perhaps for longer. Default: in memory. */
  store?: FeatureStore;
  /** Bytes that fitting may take; more is refused before anything is extracted. Default: no limit. */
  memory?: number;
}

/**
 * Fits the whole method on nominal images: features, a memory bank of exemplars, and the calibration of residuals.
 *
 * Broken images are skipped; more exemplars than there are nominal images are cut down to all of them. `detector.fit` reports
 * both.
 *
 * @param nominal a data set, of which the training images are fitted on and the validation images, where there are any, set the thresholds;
 *   or nominal images: paths, samples, or images of one size, which is the configuration's
 * @param changes the parameters that are to differ from {@link configure}'s defaults
 * @returns the detector; `dispose` frees its native memory
 * @throws RangeError when a parameter is out of range, or fitting would take more memory than it may; Error when no image can be used or the weights are missing
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
  { network: ownNetwork, store, memory = Infinity, ...work }: FitOptions = {},
): Promise<Detector> {
  const asked = configure(changes);
  const samples =
    'samples' in nominal
      ? samplesOf(nominal, 'train')
      : samplesFrom(nominal, { split: 'train', label: 'nominal' });
  const { configuration, notices: ofWhite } = await runStage(work, { stage: 'inspection' }, async () => {
    const judged = await judgeWhite(asked, samples, work.signal);
    const sized = await sizedConfiguration(judged.configuration, () => nominalShape(samples));
    return { ...judged, configuration: sized };
  });
  const { network, extractor } = await runStage(work, { stage: 'network' }, async () => {
    const known = ownNetwork ?? (await networkOf(configuration));
    return { network: known, extractor: await createExtractor(known, configuration) };
  });
  try {
    const images = samples.length;
    checkFitMemory(configuration, extractor.levels, { images, inMemory: !store, memory });
    const told: SampleNotice[] = [];
    const started = performance.now();
    const { weightsSha256 } = network;
    const open = (some: readonly Sample[], stage: string) =>
      runStage(work, { stage: 'features' }, () =>
        openFeatures(extractor, some, {
          ...{ configuration, weightsSha256, store },
          work: withStage(work, stage),
          onNotice: (notice) => void told.push(notice),
        }),
      );
    const features = await open(samples, 'nominal images');
    const heldOut = 'samples' in nominal ? nominal.samples.filter(({ split }) => split === 'validation') : [];
    const held = heldOut.length > 0 ? await open(heldOut, 'validation images') : undefined;
    const validation = held && (await Promise.all(held.maps.map(readAll)));
    await held?.close();
    const skipped = [...features.skipped, ...(held?.skipped ?? [])];
    const extracted = performance.now();
    const fitting = { configuration, work, remember: makeAnew(work), validation };
    const { reconstructors, notices } = await fitBanks(features.maps, fitting);
    await features.close();
    const limits = await limitsOf(reconstructors, fitting);
    const fit = {
      featureSeconds: (extracted - started) / 1000,
      bankSeconds: (performance.now() - extracted) / 1000,
      skipped,
      notices: [...ofWhite, ...describeNotices(told), ...notices],
    };
    const parts = { configuration, weightsSha256, training: features.samples, reconstructors, limits };
    return createDetector(stateOf(parts), extractor, fit);
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
  return backboneNetwork(backbone, isEmbedded(backbone) ? await embeddedWeights.get()(backbone) : undefined);
}

/** The state that a detector keeps of fitted banks, without the left-out images. */
export function stateOf({
  configuration,
  weightsSha256,
  training,
  reconstructors,
  limits,
}: {
  configuration: SizedConfiguration;
  weightsSha256?: string;
  training: readonly Sample[];
  reconstructors: readonly Reconstructor[];
  limits: NominalLimits;
}): DetectorState {
  return {
    configuration,
    weightsSha256,
    training: training.map(({ path }) => path),
    reconstructors: reconstructors.map((reconstructor) => ({ ...reconstructor, leftOut: [] })),
    ...limits,
  };
}
