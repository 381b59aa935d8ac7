export * from './figures';
export {
  type Colour,
  drawOutline,
  heatColour,
  heatOverlay,
  predictionColour,
  sideBySide,
  thresholdMap,
  truthColour,
} from './overlay';
