export { type Comm, cellSignal, type KernelHost, kernelHost, type MimeBundle } from './host';
export {
  type Control,
  type ControlValue,
  type ControlValues,
  type Drawing,
  interact,
  type Render,
} from './interact';
export { imageBundle, showImage } from './show-image';
export { figureBundle, showFigure, usePlotly } from './plotly';
