export * from './check';
export * from './numbers';
export * from './port';
export * from './random';
export * from './work';
export * from './escape-html';
export * from './parse-as';
export * from './shown';
