/**
 * Subspace-guided feature reconstruction for unsupervised anomaly localization (Hotta, Zhang, Hagihara, Akashi,
 * arXiv 2309.13904), step by step.
 *
 * @packageDocumentation
 */
export * from './features';
export * from './images';
export * from './notebook';
export * from './plots';
export * from './reconstruction';
export * from './run';
export * from './sampling';
export * from './scoring';
export * from './subspace';
