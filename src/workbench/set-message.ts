import { fileNameOf } from '../base';
import { mapSizeOf, type SizedConfiguration, sizeText } from '../configuration';
import { type Sample, sidesOf } from '../images';
import type { LiveEvaluation, Pipeline, SplitFeatures } from '../pipeline';
import { bootstrapDifference, type Curve, differenceMeasures } from '../scoring';
import type { PinnedMessage, SetMessage } from './messages';

/** Samples that could not be used, in words. */
export function skippedLines(kind: string, skipped: SplitFeatures['skipped']): string[] {
  return skipped.map(({ path, reason }) => `${kind} image skipped: ${fileNameOf(path)}: ${reason}`);
}

/** Scores by test sample of the data set; null for one that was not scored. */
function scoresOf(
  samples: readonly Sample[],
  { indices, imageScores }: Pick<LiveEvaluation, 'indices' | 'imageScores'>,
): (number | null)[] {
  const scores = new Array<number | null>(samples.length).fill(null);
  indices.forEach((index, at) => (scores[index] = imageScores[at]));
  return scores;
}

/** Maps and scores of some test samples, in the order of their indices. */
function partOf({ indices, maps, imageScores }: LiveEvaluation, chosen: readonly number[]) {
  const places = chosen.map((index) => indices.indexOf(index));
  return {
    maps: places.map((at) => maps[at]),
    imageScores: Float32Array.from(places, (at) => imageScores[at]),
  };
}

/** A pinned configuration, as code, and its results. */
interface PinnedEvaluation {
  evaluation: LiveEvaluation;
  code: string;
}

/** Scores and metrics of an evaluation, by test sample of the data set, and how it differs from pinned ones. */
export function setMessage(
  all: readonly Sample[],
  evaluation: LiveEvaluation,
  pinned: readonly PinnedEvaluation[],
): Omit<SetMessage, 'heatRange' | 'bank' | 'costs'> {
  const { thresholds, pixel, image } = evaluation;
  const known: [string, number | undefined][] = [
    ['pixel AUROC', pixel?.auroc],
    ['AP', pixel?.averagePrecision],
    ['PRO', pixel?.pro],
    ['image AUROC', image?.auroc],
  ];
  const metrics = known.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
  const scores = scoresOf(all, evaluation);
  const skipped = Object.fromEntries(
    all.flatMap(({ path }, index) => {
      const reason = scores[index] === null && evaluation.skipped.find((one) => one.path === path)?.reason;
      return reason ? [[index, reason]] : [];
    }),
  );
  const compared = pinned.map((one) => comparisonWith(all, evaluation, one));
  return { scores, skipped, thresholds, metrics, pinned: compared };
}

/** How an evaluation differs from a pinned one. */
function comparisonWith(
  all: readonly Sample[],
  evaluation: LiveEvaluation,
  { evaluation: other, code }: PinnedEvaluation,
): PinnedMessage {
  const { samples, indices, masks } = evaluation;
  // A configuration may use images that another one cannot: only those of both are compared.
  const common = indices.filter((index) => other.indices.includes(index));
  const places = common.map((index) => indices.indexOf(index));
  const labels = places.map((at) => samples[at].label === 'anomalous');
  // Maps of another size cannot be compared pixel by pixel; their image scores can.
  const isAlike = other.maps[0].data.length === evaluation.maps[0].data.length;
  const truth = { masks: places.map((at) => (isAlike ? masks[at] : null)), labels };
  const differences = bootstrapDifference(partOf(evaluation, common), partOf(other, common), truth);
  return {
    code,
    scores: scoresOf(all, other),
    threshold: other.thresholds.image,
    differences: differenceMeasures.flatMap((name) => {
      const difference = differences[name];
      return difference ? [{ name, ...difference }] : [];
    }),
  };
}

/** The size of the images and of the maps, in words. */
export function sizeLine(configuration: SizedConfiguration): string {
  const [images, maps] = [sidesOf(configuration.size), mapSizeOf(configuration)];
  return `images of ${sizeText(images)} pixels, maps of ${sizeText(maps)}`;
}

type Bank = Awaited<ReturnType<Pipeline['bank']>>['reconstructors'];

/** Memory banks in words. */
export function bankLines(reconstructors: Bank): string[] {
  return reconstructors.map(({ granularity, origins, bytes, bank }) => {
    const positions = bank.reduce((sum, { height, width }) => sum + height * width, 0);
    const kept =
      origins.length > 0
        ? `${origins.length} exemplars`
        : granularity === 'place'
          ? `${positions} Gaussians`
          : `${bank[0].exemplars.rows} directions`;
    const weight = bank[0].calibration.weight?.toFixed(2) ?? '1';
    return `${granularity}: ${kept}, ${(bytes / 1e6).toFixed(1)} MB, weight ${weight}`;
  });
}

/** Sampling costs by granularity. */
export function costsOf(reconstructors: Bank): Record<string, Curve> {
  return Object.fromEntries(
    reconstructors
      .filter(({ sampling }) => sampling.costs.some(Number.isFinite))
      .map(({ granularity, sampling }) => {
        const y = Array.from(sampling.costs);
        return [granularity, { x: y.map((_, pick) => pick + 1), y }];
      }),
  );
}
