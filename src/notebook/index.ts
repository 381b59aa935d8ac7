export * from './host';
export * from './interact';
export * from './plotly';
export * from './show-image';
export { hiddenField, showWidget } from './widgets';
