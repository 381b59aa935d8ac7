export * from './anomaly-maps';
export * from './aupimo';
export * from './gaussian-smooth';
export * from './image-scores';
export * from './metrics';
export * from './regions';
export * from './sort-scores';
export * from './upsample';
