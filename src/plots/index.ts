export * from './figures';
export { type ToyScene, toyFigure } from './toy-figure';
export {
  type Colour,
  drawOutline,
  heatColour,
  heatOverlay,
  predictionColour,
  predictionOverlay,
  sideBySide,
  thresholdMap,
  truthColour,
} from './overlay';
export { fitPcaColours } from './pca-colours';
export { crop, enlarge, mapImage, tile } from './tiles';
