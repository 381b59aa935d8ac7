export { type Configuration, checkConfiguration, defaultConfiguration } from './configuration';
export { type DatasetName, datasetNames, embeddedRoot, openDatasets } from './datasets';
export { type CategoryResult, runExperiment, type Timings } from './experiment';
export { renderReport, scoresTable } from './report';
export { summaryOf, writeMapsAndOverlays } from './result-files';
export { type RunOptions, runAll } from './run-all';
