import type { Mask } from '../images';
import type { AnomalyMaps } from './anomaly-maps';
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
 * Ranking metrics of scores with labels; equal scores move together.
 *
 * @param labels true where anomalous
 * @throws RangeError when lengths differ, a score is not finite, or there is no anomalous or no nominal one
 */
export function rankingMetrics(scores: Float32Array, labels: ArrayLike<boolean | number>): RankingMetrics {
  if (labels.length !== scores.length) {
    throw new RangeError(`${labels.length} labels for ${scores.length} scores; expected one for each`);
  }
  const tags = Uint32Array.from({ length: labels.length }, (_, index) => (labels[index] ? 1 : 0));
  const { pro: _pro, proCurve: _curve, regions: _regions, ...metrics } = sweep(scores, tags, [1], 1);
  return metrics;
}

/**
 * Pixel metrics over all test images together, exact: all scores are sorted once. PRO (Bergmann et al., IJCV 2021) is the mean
 * overlap with every 8-connected ground-truth region of every image, against the false-positive rate over all nominal pixels,
 * by trapezoids from 0 to `limit` with the curve interpolated there.
 *
 * @param maps anomaly maps of all images
 * @param masks ground truth per image, of the maps' size; images whose mask is null are left out
 * @param limit in (0, 1]. Default 0.3
 * @throws RangeError when a mask has another size, a score is not finite, or there is no anomalous or no nominal pixel
 */
export function pixelMetrics(maps: AnomalyMaps, masks: readonly (Mask | null)[], limit = 0.3): PixelMetrics {
  if (!(limit > 0 && limit <= 1)) throw new RangeError(`limit is ${limit}; expected a number in (0, 1]`);
  if (masks.length !== maps.count)
    throw new RangeError(`${masks.length} masks for ${maps.count} maps; expected one for each`);
  const pixels = maps.height * maps.width;
  const used = masks.reduce((count, mask) => count + (mask ? 1 : 0), 0);
  const scores = used === masks.length ? maps.data : new Float32Array(used * pixels);
  const tags = new Uint32Array(used * pixels);
  const sizes: number[] = [];
  let place = 0;
  masks.forEach((mask, image) => {
    if (!mask) return;
    if (mask.width !== maps.width || mask.height !== maps.height) {
      throw new RangeError(
        `mask ${image} is ${mask.width}x${mask.height}; its anomaly map is ${maps.width}x${maps.height}: decode masks at the map's size`,
      );
    }
    if (scores !== maps.data)
      scores.set(maps.data.subarray(image * pixels, (image + 1) * pixels), place * pixels);
    const regions = labelRegions(mask);
    for (let pixel = 0; pixel < pixels; pixel++) {
      if (regions.labels[pixel]) tags[place * pixels + pixel] = sizes.length + regions.labels[pixel];
    }
    for (const size of regions.sizes) sizes.push(size);
    place++;
  });
  return sweep(scores, tags, sizes, limit);
}

/** Lowers the threshold over all scores. A tag is 0 for nominal, else the region, from 1. */
function sweep(
  scores: Float32Array,
  tags: Uint32Array,
  sizes: readonly number[],
  limit: number,
): PixelMetrics {
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
  const overlapPerPixel = Float64Array.from([0, ...sizes.map((size) => 1 / (size * sizes.length))]);
  const metrics = {
    averagePrecision: 0,
    bestF1: 0,
    threshold: Math.max(nominal[0], anomalous[0]),
    pro: 0,
    regions: sizes.length,
  };
  const roc: Curve = { x: [0], y: [0] };
  const proCurve: Curve = { x: [0], y: [0] };
  // In whole numbers, so that a perfect separation is exactly 1.
  let twiceArea = 0;
  let [truePositives, falsePositives, overlap] = [0, 0, 0];
  /** Lowers the threshold to `score`, at and above which there are so many anomalous and nominal scores. */
  const lower = (score: number, trues: number, falses: number, newOverlap: number) => {
    const before = falsePositives / negatives;
    const step = (falses - falsePositives) / negatives;
    twiceArea += (falses - falsePositives) * (trues + truePositives);
    metrics.averagePrecision += ((trues - truePositives) / positives) * (trues / (trues + falses));
    if (step > 0 && before < limit) {
      const share = Math.min(1, (limit - before) / step);
      metrics.pro += share * step * (overlap + (share * (newOverlap - overlap)) / 2);
    }
    const f1 = (2 * trues) / (trues + falses + positives);
    if (f1 > metrics.bestF1) {
      metrics.bestF1 = f1;
      metrics.threshold = score;
    }
    [truePositives, falsePositives, overlap] = [trues, falses, newOverlap];
    const last = trues + falses === scores.length;
    addPoint(roc, falses / negatives, trues / positives, last);
    addPoint(proCurve, falses / negatives, overlap, last);
  };
  for (;;) {
    // Between anomalous scores all curves are straight.
    const score = truePositives < positives ? anomalous[truePositives] : Number.NEGATIVE_INFINITY;
    let falses = falsePositives;
    while (falses < negatives && nominal[falses] > score) falses++;
    if (falses > falsePositives) lower(nominal[falses - 1], truePositives, falses, overlap);
    if (truePositives === positives) break;
    let trues = truePositives;
    let newOverlap = overlap;
    while (trues < positives && anomalous[trues] === score) newOverlap += overlapPerPixel[regions[trues++]];
    while (falses < negatives && nominal[falses] === score) falses++;
    lower(score, trues, falses, newOverlap);
  }
  const auroc = twiceArea / (2 * positives * negatives);
  return { ...metrics, auroc, pro: metrics.pro / limit, roc, proCurve };
}

/** Adds a point when it is a step away from the last one, in either direction. */
function addPoint({ x, y }: Curve, newX: number, newY: number, always: boolean): void {
  const step = 1 / curvePoints;
  if (always || newX - x[x.length - 1] >= step || newY - y[y.length - 1] >= step) {
    x.push(newX);
    y.push(newY);
  }
}
