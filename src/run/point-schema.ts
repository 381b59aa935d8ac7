import {
  array,
  literal,
  nullable,
  object,
  optional,
  picklist,
  strictObject,
  string,
  union,
  unknown,
} from 'valibot';
import { parseAs, realSchema } from '../base';
import { checkConfiguration, configurationSchema, parseConfiguration } from '../detector';
import { datasetNames } from '../files';
import type { SweepPoint } from './run-point';
import { experimentId, type RunRecord } from './run-record';

const measure = nullable(realSchema);

const pointSchema = strictObject({
  dataset: picklist(datasetNames),
  root: optional(string()),
  category: string(),
  trainFraction: optional(realSchema),
  places: optional(
    strictObject({
      nominal: array(string()),
      validation: optional(array(string())),
      test: optional(array(string())),
      masks: optional(array(string())),
    }),
  ),
  configuration: configurationSchema,
  weightsSha256: optional(string()),
  dataSha256: optional(string()),
  out: string(),
});

const recordSchema = object({
  id: string(),
  dataset: string(),
  category: string(),
  status: union([literal('done'), literal('failed')]),
  error: nullable(string()),
  configuration: unknown(),
  weightsSha256: nullable(string()),
  trainFraction: measure,
  dataSha256: nullable(string()),
  environment: object({ node: string(), platform: string(), engine: nullable(string()) }),
  pixelAuroc: measure,
  averagePrecision: measure,
  pro: measure,
  imageAuroc: measure,
  exemplars: measure,
  bankBytes: measure,
  trainFeaturesSeconds: measure,
  fitSeconds: measure,
  featuresMilliseconds: measure,
  scoringMilliseconds: measure,
  finished: string(),
});

/**
 * Checks a point that another machine sent.
 *
 * @throws RangeError naming the field, its value and what was expected
 */
export function parsePoint(value: unknown): SweepPoint {
  const point: SweepPoint = parseAs(pointSchema, value, 'point');
  checkConfiguration(point.configuration);
  return point;
}

/**
 * Checks the record that another machine, or a file, gave for a point.
 *
 * @throws RangeError naming the field, its value and what was expected; also when the record is another experiment's
 */
export function parseRecordOf(point: SweepPoint, value: unknown): RunRecord {
  const record = parseAs(recordSchema, value, 'record');
  const id = experimentId(point);
  if (record.id !== id) throw new RangeError(`record.id is ${record.id}; expected ${id}, the point's`);
  return { ...record, configuration: parseConfiguration(record.configuration) };
}
