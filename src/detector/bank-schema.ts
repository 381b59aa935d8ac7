import {
  array,
  boolean,
  check,
  integer,
  maxValue,
  minValue,
  nullable,
  number,
  optional,
  picklist,
  pipe,
  strictObject,
  strictTuple,
  string,
} from 'valibot';
import { invalid, parseAs, realSchema } from '../base';
import { granularityNames, residualMetricNames, type ReconstructorSummary } from '../reconstruction';
import {
  type Configuration,
  modelledLevels,
  modelledWeights,
  parseConfiguration,
  type SizedConfiguration,
} from '../configuration';
import type { DetectorState } from './detector';
import { ranksOf } from './nominal-pixels';

const natural = pipe(number(), integer(), minValue(0));
const positive = pipe(number(), integer(), minValue(1));
/** Numbers that stay finite in single precision when they are divided by the least {@link scale}. */
const moderate = pipe(realSchema, minValue(-1e15), maxValue(1e15));
const scale = pipe(realSchema, minValue(1e-15), maxValue(1e15));
const side = pipe(positive, maxValue(4096));

const summarySchema = strictObject({
  granularity: picklist(granularityNames),
  window: positive,
  unitNorm: boolean(),
  metric: picklist(residualMetricNames),
  referenceLevel: positive,
  origins: array(strictObject({ image: natural, position: nullable(natural) })),
  sampling: strictObject({ indices: array(natural), costs: array(nullable(moderate)), solves: natural }),
  levels: array(
    strictObject({
      level: positive,
      height: side,
      width: side,
      channels: pipe(positive, maxValue(65_536)),
      calibration: strictObject({
        level: positive,
        mean: pipe(moderate, minValue(0)),
        standardDeviation: scale,
        weight: optional(pipe(moderate, minValue(0))),
        spread: optional(scale),
      }),
    }),
  ),
});

/** Schemas of the fields of a bank's metadata, each of which is JSON. */
const fields = {
  training: array(string()),
  thresholds: strictObject({ pixel: moderate, image: moderate }),
  heat_range: pipe(
    strictTuple([moderate, moderate]),
    check(([low, high]) => low < high, 'a range [low, high] with low < high'),
  ),
  nominal_scores: array(moderate),
  nominal_pixels: pipe(
    strictObject({ count: pipe(positive, maxValue(1e12)), values: array(moderate) }),
    check(
      ({ count, values }) =>
        values.length === ranksOf(count).length &&
        values.every((value, at) => at === 0 || value <= values[at - 1]),
      'values in decreasing order, as many as are kept of their number',
    ),
  ),
  reconstructors: array(summarySchema),
};

/** The metadata of a bank, which it holds beside its tensors. */
interface BankMetadata extends Omit<DetectorState, 'reconstructors'> {
  reconstructors: ReconstructorSummary[];
}

/**
 * Checks the metadata of a bank: every field by its schema, and that the fields agree.
 *
 * @throws Error naming the field, its value and what was expected
 */
export function parseBankMetadata(metadata: Readonly<Record<string, string>>): BankMetadata {
  const json = (name: string): unknown => {
    if (!Object.hasOwn(metadata, name)) throw new Error(`its metadata have no ${name}`);
    try {
      return JSON.parse(metadata[name]);
    } catch (cause) {
      throw new Error(`${name} is not JSON (${(cause as Error).message})`, { cause });
    }
  };
  const given = json('configuration');
  const configuration = sizedOf(
    parseConfiguration(given && typeof given === 'object' ? { ...given, engine: 'auto' } : given),
  );
  const parsed: BankMetadata = {
    configuration,
    weightsSha256: metadata.weights_sha256 || undefined,
    training: parseAs(fields.training, json('training'), 'training'),
    thresholds: parseAs(fields.thresholds, json('thresholds'), 'thresholds'),
    heatRange: parseAs(fields.heat_range, json('heat_range'), 'heat_range'),
    nominalScores: parseAs(fields.nominal_scores, json('nominal_scores'), 'nominal_scores'),
    ...(Object.hasOwn(metadata, 'nominal_pixels') && {
      nominalPixels: parseAs(fields.nominal_pixels, json('nominal_pixels'), 'nominal_pixels'),
    }),
    reconstructors: parseAs(fields.reconstructors, json('reconstructors'), 'reconstructors'),
  };
  checkAgreement(parsed);
  return parsed;
}

/** The configuration, where its size is in pixels: a bank was fitted at one. */
function sizedOf(configuration: Configuration): SizedConfiguration {
  const { size } = configuration;
  if (size === 'auto') throw invalid({ size }, 'a side or width and height in pixels');
  return { ...configuration, size };
}

/** Map pixels: the least smoothing whose square is a number above 0. */
const leastSigma = 1e-6;

function checkAgreement({ configuration, training, reconstructors }: BankMetadata): void {
  const granularities = reconstructors.map(({ granularity }) => granularity);
  if (granularities.join() !== configuration.granularities.join())
    throw invalid({ 'granularities of the reconstructors': granularities }, `${configuration.granularities}`);
  const { sigma } = configuration;
  const weights = modelledWeights(configuration);
  if (sigma !== undefined && sigma !== 0 && sigma < leastSigma)
    throw invalid({ sigma }, `0, or a number from ${leastSigma}`);
  const total = reconstructors
    .flatMap(({ levels }) =>
      levels.map(({ calibration }, at) => (calibration.weight ?? 1) * (weights?.[at] ?? 1)),
    )
    .reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0 && total < Infinity))
    throw invalid({ 'sum of the weights of the levels': total }, 'a finite number > 0');
  for (const { levels, origins, metric, window } of reconstructors) {
    const numbers = levels.map(({ level }) => level);
    const expected = modelledLevels(configuration);
    if (numbers.join() !== expected.join() || levels.some((level) => level.calibration.level !== level.level))
      throw invalid({ 'levels of the reconstructors': numbers }, `${expected}, those of the configuration`);
    if (metric !== configuration.metric) throw invalid({ metric }, configuration.metric);
    if (window !== configuration.window) throw invalid({ window }, String(configuration.window));
    for (const { image } of origins)
      if (image >= training.length)
        throw invalid({ 'image of an exemplar': image }, `one of the ${training.length} nominal images`);
  }
}
