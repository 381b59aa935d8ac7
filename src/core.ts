/**
 * The core of spanlab, which runs anywhere: it imports nothing of Node.js. A page provides the compiled kernels and a backend of
 * TensorFlow.js or ONNX Runtime through {@link simdKernels}, {@link tensorflowBackend} and {@link onnxRuntime}.
 *
 * @packageDocumentation
 */
// Random numbers
export { createRandom, type Random } from './base';
// Images
export {
  createPlane,
  type Dataset,
  drawSynthetic,
  frameInPhoto,
  type Framing,
  type Mask,
  type MaskRuns,
  type Plane,
  type RgbImage,
  type Sample,
  samplesOf,
} from './images';
// Matrices
export {
  createFeatureMatrix,
  type FeatureMatrix,
  featureMatrixFrom,
  normalizeRows,
  rowDistances,
  rowOf,
  selectRows,
} from './matrix';
// Features
export {
  backboneNetwork,
  createExtractor,
  extractAll,
  type Extractor,
  type FeatureMaps,
  type Network,
  sliceMaps,
} from './features';
// Subspaces
export {
  affinityOf,
  denseCodes,
  elasticNet,
  encode,
  lasso,
  localRidge,
  nearest,
  omp,
  rebuildToyPoints,
  reconstruct,
  ridge,
  selfExpress,
  singularSpectrum,
  type Solver,
  type SolverConfig,
  solverOf,
  type SparseCodes,
  spectralClustering,
  type ToyModelName,
  toyModelNames,
  toyPoint,
  toySubspaces,
} from './subspace';
// Sampling
export { kCenter, randomSampling, representationCosts, type Sampling, subspaceSampling } from './sampling';
// Reconstruction
export {
  type Contribution,
  contributionsAt,
  explainPosition,
  fitReconstructor,
  type LevelReconstruction,
  type Reconstructor,
} from './reconstruction';
// Scores
export {
  anomalyMaps,
  aupimo,
  bootstrapDifference,
  type DefectRegion,
  defectRegions,
  type Curve,
  gaussianSmooth,
  holm,
  imageScores,
  type PixelMetrics,
  pixelMetrics,
  type RankingMetrics,
  rankingMetrics,
  upsample,
} from './scoring';
// The whole method
export {
  type Configuration,
  configurationCode,
  configurationFlagsOf,
  configure,
  type Detector,
  evaluate,
  type Evaluation,
  exportDetector,
  extendDetector,
  fitDetector,
  loadDetector,
  presets,
  type ScoredImage,
} from './detector';
// The method as stages that remember their results
export { createPipeline, type Pipeline } from './pipeline';
// Experiments
export { linearityMaps, medianMilliseconds, mimicryData, mimicryTest, toySurface } from './study';
// Pictures
export {
  bandsFigure,
  channelTiles,
  crop,
  drawOutline,
  enlarge,
  type Figure,
  fitPcaColours,
  forestFigure,
  heatOverlay,
  linesFigure,
  mapImage,
  matrixFigure,
  predictionColour,
  proFigure,
  rocFigure,
  scoreHistogram,
  seededCurves,
  sparsityFigure,
  stemFigure,
  thresholdMap,
  tile,
  toyFigure,
  toyPointFigure,
  toySearchFigure,
  truthColour,
} from './plots';
// Engines
export type { LongWork } from './base';
export { onnxRuntime, simdKernels, tensorflowBackend } from './matrix';
