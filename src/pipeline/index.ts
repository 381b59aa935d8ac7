export * from './live';
export * from './memo';
export * from './pipeline';
