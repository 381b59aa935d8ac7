export * from './dataset';
export * from './framing';
export * from './image-source';
export * from './mask';
export * from './plane';
export * from './rgb-image';
export { type DefectName, defectNames } from './synthetic/defects';
export * from './synthetic/draw-synthetic';
export { type SurfaceName, surfaceNames } from './synthetic/surfaces';
