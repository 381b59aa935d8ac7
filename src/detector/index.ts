export * from './configuration';
export * from './detector';
export * from './evaluate';
export * from './files';
export * from './fit-detector';
export * from './load-detector';
