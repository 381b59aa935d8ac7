export {
  type AnomalyMapOptions,
  type AnomalyMaps,
  anomalyMaps,
  checkMapOptions,
  gaussianSmooth,
  imageScores,
  upsample,
} from './anomaly-maps';
export { type Curve, type PixelMetrics, pixelMetrics, type RankingMetrics, rankingMetrics } from './metrics';
export { labelRegions, type Regions } from './regions';
