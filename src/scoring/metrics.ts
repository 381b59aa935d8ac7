import { numberIn } from '../base';
import type { Mask, Plane } from '../images';
import { labelRegions } from './regions';
import { sortScores } from './sort-scores';

/** A curve for drawing: exact points, thinned to a few hundred. */
export interface Curve {
  x: number[];
  y: number[];
}

/** How well scores separate anomalous from nominal, whatever the threshold, and at the best one. */
export interface RankingMetrics {
  /** Area under the ROC curve, as `sklearn.metrics.roc_auc_score`. */
  auroc: number;
  /** As `sklearn.metrics.average_precision_score`. */
  averagePrecision: number;
  /** Largest F1 of predicting anomalous at or above a score. */
  bestF1: number;
  /** The score that gives it. */
  threshold: number;
  /** False-positive rate against true-positive rate. */
  roc: Curve;
}

/** {@link RankingMetrics} of pixels, and the per-region overlap. */
export interface PixelMetrics extends RankingMetrics {
  /** Area under the per-region overlap up to the limit, divided by the limit. */
  pro: number;
  /** False-positive rate against mean overlap. */
  proCurve: Curve;
  /** Number of ground-truth regions. */
  regions: number;
}

/** Points of a thinned curve. */
const curvePoints = 400;

/**
 * Ranking metrics of scores with labels, as scikit-learn defines them; equal scores move together.
 *
 * @param scores finite; larger is more anomalous
 * @param labels true where anomalous
 * @throws RangeError when lengths differ, a score is not finite, or there is no anomalous or no nominal one
 * @example
 * ```ts
 * rankingMetrics(Float32Array.of(0.1, 0.4, 0.35, 0.8), [false, false, true, true]).auroc // 0.75
 * ```
 */
export function rankingMetrics(scores: Float32Array, labels: ArrayLike<boolean | number>): RankingMetrics {
  if (labels.length !== scores.length) {
    throw new RangeError(`${labels.length} labels for ${scores.length} scores; expected one for each`);
  }
  const tags = Uint32Array.from({ length: labels.length }, (_, index) => (labels[index] ? 1 : 0));
  const {
    pro: _pro,
    proCurve: _curve,
    regions: _regions,
    ...metrics
  } = sweepThreshold({
    scores,
    tags,
    sizes: [1],
    limit: 1,
  });
  return metrics;
}

/**
 * Pixel metrics over all test images together, exact: all scores are sorted once. PRO is the mean overlap with every 8-connected
 * ground-truth region of every image, against the false-positive rate over all nominal pixels, by trapezoids from 0 to `limit`
 * with the curve interpolated there, divided by `limit`.
 *
 * @param maps anomaly maps of one size
 * @param masks ground truth per image, of the maps' size; images whose mask is null are left out
 * @param limit of the false-positive rate, in (0, 1]. Default 0.3
 * @param ignored pixels that do not count, whatever their score and label. Default: none
 * @throws RangeError when a mask has another size, a score is not finite, or there is no anomalous or no nominal pixel
 * @see Bergmann et al., IJCV 2021, for PRO
 * @example
 * ```ts
 * const map = createPlane({ width: 2, height: 1 }, Float32Array.of(0.1, 0.9));
 * const { auroc, pro } = pixelMetrics([map], [{ width: 2, height: 1, data: Uint8Array.of(0, 1) }]);
 * [auroc, pro] // [1, 1]
 * ```
 */
export function pixelMetrics(
  maps: readonly Plane[],
  masks: readonly (Mask | null)[],
  limit = 0.3,
  ignored?: Mask,
): PixelMetrics {
  numberIn({ limit }, { above: 0, to: 1 });
  if (masks.length !== maps.length)
    throw new RangeError(`${masks.length} masks for ${maps.length} maps; expected one for each`);
  const used = masks.flatMap((mask, image) => (mask ? [{ mask, image, map: maps[image] }] : []));
  const pixels = used.length > 0 ? used[0].map.data.length : 0;
  const kept = Array.from({ length: pixels }, (_, pixel) => pixel).filter((pixel) => !ignored?.data[pixel]);
  const scores = new Float32Array(used.length * kept.length);
  const tags = new Uint32Array(used.length * kept.length);
  const sizes: number[] = [];
  for (const [place, { mask, image, map }] of used.entries()) {
    if (mask.width !== map.width || mask.height !== map.height) {
      throw new RangeError(
        `mask ${image} is ${mask.width}x${mask.height}; its anomaly map is ${map.width}x${map.height}: decode masks at the map's size`,
      );
    }
    const truth = ignored ? mask.data.map((value, pixel) => (ignored.data[pixel] ? 0 : value)) : mask.data;
    const regions = labelRegions({ ...mask, data: truth });
    for (const [at, pixel] of kept.entries()) {
      scores[place * kept.length + at] = map.data[pixel];
      if (regions.labels[pixel]) tags[place * kept.length + at] = sizes.length + regions.labels[pixel];
    }
    for (const size of regions.sizes) sizes.push(size);
  }
  return sweepThreshold({ scores, tags, sizes, limit });
}

/** Scores and their ground truth: a tag is 0 for nominal, else the number of the region, from 1. */
interface Tagged {
  scores: Float32Array;
  tags: Uint32Array;
  /** Pixels of every region. */
  sizes: readonly number[];
  /** The false-positive rate up to which PRO is summed. */
  limit: number;
}

/** Scores in decreasing order, nominal and anomalous apart, with the regions of the anomalous ones. */
function sortByTag({ scores, tags }: Tagged) {
  let positives = 0;
  for (let index = 0; index < scores.length; index++) {
    if (!Number.isFinite(scores[index]))
      throw new RangeError(`score ${index} is ${scores[index]}; expected finite scores`);
    if (tags[index]) positives++;
  }
  const negatives = scores.length - positives;
  if (positives === 0 || negatives === 0) {
    throw new RangeError(
      `${positives} anomalous and ${negatives} nominal scores; metrics need at least one of each`,
    );
  }
  const nominal = new Float32Array(negatives);
  const anomalous = new Float32Array(positives);
  const regions = new Uint32Array(positives);
  for (let index = 0, ofNominal = 0, ofAnomalous = 0; index < scores.length; index++) {
    if (tags[index]) {
      regions[ofAnomalous] = tags[index];
      anomalous[ofAnomalous++] = scores[index];
    } else {
      nominal[ofNominal++] = scores[index];
    }
  }
  sortScores(nominal);
  sortScores(anomalous, regions);
  return { nominal, anomalous, regions };
}

/** Lowers the threshold over all scores. */
function sweepThreshold(tagged: Tagged): PixelMetrics {
  const { nominal, anomalous, regions } = sortByTag(tagged);
  const { sizes, limit } = tagged;
  const [positives, negatives] = [anomalous.length, nominal.length];
  const overlapPerPixel = Float64Array.from([0, ...sizes.map((size) => 1 / (size * sizes.length))]);
  const sums = thresholdSums({ positives, negatives, limit, first: Math.max(nominal[0], anomalous[0]) });
  let [truePositives, falsePositives, overlap] = [0, 0, 0];
  for (;;) {
    // Between anomalous scores all curves are straight.
    const score = truePositives < positives ? anomalous[truePositives] : Number.NEGATIVE_INFINITY;
    const before = falsePositives;
    while (falsePositives < negatives && nominal[falsePositives] > score) falsePositives++;
    if (falsePositives > before)
      sums.lower({ score: nominal[falsePositives - 1], truePositives, falsePositives, overlap });
    if (truePositives === positives) break;
    while (truePositives < positives && anomalous[truePositives] === score)
      overlap += overlapPerPixel[regions[truePositives++]];
    while (falsePositives < negatives && nominal[falsePositives] === score) falsePositives++;
    sums.lower({ score, truePositives, falsePositives, overlap });
  }
  return { ...sums.finish(), regions: sizes.length };
}

/** How much is at or above a threshold. */
interface Counts {
  score: number;
  truePositives: number;
  falsePositives: number;
  /** Mean fraction of the regions. */
  overlap: number;
}

/** Sums up areas and curves while the threshold falls. */
function thresholdSums({
  positives,
  negatives,
  limit,
  first,
}: {
  positives: number;
  negatives: number;
  limit: number;
  first: number;
}) {
  const metrics = { averagePrecision: 0, bestF1: 0, threshold: first };
  const roc: Curve = { x: [0], y: [0] };
  const proCurve: Curve = { x: [0], y: [0] };
  // In whole numbers, so that a perfect separation is exactly 1.
  let twiceArea = 0;
  let pro = 0;
  let last = { truePositives: 0, falsePositives: 0, overlap: 0 };
  return {
    lower({ score, truePositives, falsePositives, overlap }: Counts): void {
      const before = last.falsePositives / negatives;
      const step = (falsePositives - last.falsePositives) / negatives;
      twiceArea += (falsePositives - last.falsePositives) * (truePositives + last.truePositives);
      metrics.averagePrecision +=
        ((truePositives - last.truePositives) / positives) *
        (truePositives / (truePositives + falsePositives));
      if (step > 0 && before < limit) {
        const fraction = Math.min(1, (limit - before) / step);
        pro += fraction * step * (last.overlap + (fraction * (overlap - last.overlap)) / 2);
      }
      const f1 = (2 * truePositives) / (truePositives + falsePositives + positives);
      if (f1 > metrics.bestF1) {
        metrics.bestF1 = f1;
        metrics.threshold = score;
      }
      last = { truePositives, falsePositives, overlap };
      const isLast = truePositives + falsePositives === positives + negatives;
      addPoint(roc, { x: falsePositives / negatives, y: truePositives / positives, always: isLast });
      addPoint(proCurve, { x: falsePositives / negatives, y: overlap, always: isLast });
    },
    finish: () => ({
      ...metrics,
      auroc: twiceArea / (2 * positives * negatives),
      pro: pro / limit,
      roc,
      proCurve,
    }),
  };
}

/** Adds a point when it is a step away from the last one, in either direction. */
function addPoint(
  { x: xs, y: ys }: Curve,
  { x, y, always }: { x: number; y: number; always: boolean },
): void {
  const step = 1 / curvePoints;
  if (always || x - xs[xs.length - 1] >= step || y - ys[ys.length - 1] >= step) {
    xs.push(x);
    ys.push(y);
  }
}
