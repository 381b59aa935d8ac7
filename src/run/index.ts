export { type Configuration, checkConfiguration, defaultConfiguration } from './configuration';
export { type CategoryResult, runExperiment, type Timings } from './experiment';
