export * from './cell-work';
export type { Control } from './control';
export * from './host';
export * from './interact';
export * from './plotly';
export { richResult } from './rich-result';
export * from './show-image';
export * from './show-table';
export { hiddenField, showWidget } from './widgets';
