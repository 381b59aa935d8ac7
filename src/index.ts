/**
 * Subspace-guided feature reconstruction for unsupervised anomaly localization (Hotta, Zhang, Hagihara, Akashi,
 * arXiv 2309.13904), step by step.
 *
 * @packageDocumentation
 */
import './platform';

export * from './core';
// Files
export {
  decodeImage,
  decodeMask,
  readIgnored,
  encodePng,
  loadBackbone,
  openDatasets,
  writeMaskPng,
  writePng,
  writeSyntheticSet,
} from './files';
// Explanations
export { explainScored, explanationHtml } from './explanation';
// Notebooks
export { explore } from './workbench';
export {
  cellSignal,
  cellWork,
  type Control,
  figureBundle,
  imageBundle,
  interact,
  type KernelHost,
  kernelHost,
  type MimeBundle,
  showFigure,
  showImage,
  showImages,
  showTable,
  tableBundle,
  usePlotly,
} from './notebook';
// Sweeps
export {
  compareFigure,
  compareRuns,
  compareTable,
  loadRuns,
  type RunRecord,
  sweep,
  type SweepPoint,
  workerThreads,
} from './run';
