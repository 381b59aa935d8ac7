export * from './explore';
