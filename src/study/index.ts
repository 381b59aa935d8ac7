export * from './linearity-maps';
export * from './median-milliseconds';
export * from './mimicry-data';
export * from './mimicry-test';
export * from './toy-surface';
