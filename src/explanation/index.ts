export * from './explain-scored';
export * from './explanation-html';
export * from './explanation-of';
export * from './picture-url';
export * from './pictured-explanation';
