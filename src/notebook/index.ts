export { type Comm, cellSignal, type KernelHost, kernelHost, type MimeBundle } from './host';
export { type Control, type ControlValue, type ControlValues, interact, type Render } from './interact';
export { figureBundle, showFigure, usePlotly } from './plotly';
