import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { Command } from 'commander';
import fc from 'fast-check';
import {
  addConfigurationOptions,
  type ConfigurationFlags,
  configurationOf,
} from '../../src/cli/configuration-flags';
import { runCommand } from '../../src/cli/run-command';
import {
  changesFrom,
  changesOf,
  type Configuration,
  configurationCode,
  configurationFlagsOf,
  configure,
  flagOf,
  parameterNames,
  parameters,
  parametersOf,
  parseConfiguration,
  presets,
  type SizedConfiguration,
  stageKeys,
  stages,
} from '../../src/configuration';
import { backboneNames, engineNames, poolingNames } from '../../src/features';
import { fits, runsOf } from '../../src/images';
import { granularityNames, residualMetricNames, samplerNames } from '../../src/reconstruction';
import { type SolverConfig, solverParameters } from '../../src/subspace';

const between = (min: number, max: number) =>
  fc.double({ min, max, minExcluded: true, maxExcluded: true, noNaN: true });
const side = fc.integer({ min: 32, max: 600 });
const odd = fc.integer({ min: 0, max: 31 }).map((half) => 2 * half + 1);

const solver: fc.Arbitrary<SolverConfig> = fc
  .oneof(
    fc.record({ name: fc.constant('omp' as const), atoms: fc.integer({ min: 1, max: 90 }) }),
    fc.record({
      name: fc.constant('omp' as const),
      atoms: fc.integer({ min: 1, max: 90 }),
      tolerance: between(0, 9),
    }),
    fc.record({ name: fc.constant('lasso' as const), multiple: between(1, 1e4) }),
    fc.record({ name: fc.constant('elasticNet' as const), mu: between(0, 1), multiple: between(1, 1e4) }),
    fc.record({ name: fc.constant('ridge' as const), penalty: between(0, 1e9) }),
    fc.record({ name: fc.constant('ridge' as const), variance: between(0, 1e9) }),
    fc.record({
      name: fc.constant('localRidge' as const),
      neighbours: fc.integer({ min: 1, max: 99 }),
      penalty: between(0, 1),
    }),
    fc.record({ name: fc.constant('nearest' as const) }),
  )
  .map((one) => ({ ...one }));

/** Values of every parameter; that none is forgotten is checked by its type. */
const values: { [Name in keyof Configuration]-?: fc.Arbitrary<Configuration[Name]> } = {
  backbone: fc.constantFrom(...backboneNames),
  weights: fc.string({ minLength: 1 }),
  engine: fc.constantFrom(...engineNames),
  size: fc.oneof(
    fc.constant('auto' as const),
    side,
    fc.record({ width: side, height: side }).map((size) => ({ ...size })),
  ),
  side,
  fit: fc.constantFrom(...fits),
  resize: fc.integer({ min: 600, max: 16384 }),
  black: fc.oneof(fc.integer({ min: -100, max: 99 }), fc.constant(-0.25)),
  white: between(100, 65535),
  tile: fc.integer({ min: 1, max: 1000 }),
  scales: fc.constantFrom([1], [1, 0.7], [1, 0.7, 0.5], [1, 0.1]),
  levels: fc.subarray([1, 2, 3, 4], { minLength: 1 }),
  neighbourhood: odd,
  pooling: fc.constantFrom(...poolingNames),
  concatenate: fc.boolean(),
  ignore: fc
    .uint8Array({ min: 0, max: 1, minLength: 6, maxLength: 6 })
    .filter((data) => data.includes(0))
    .map((data) => runsOf({ width: 3, height: 2, data })),
  granularities: fc.shuffledSubarray([...granularityNames], { minLength: 1 }),
  window: odd,
  solver,
  sampler: fc.constantFrom(...samplerNames),
  exemplars: fc.integer({ min: 1, max: 900 }),
  patches: fc.oneof(fc.integer({ min: 1, max: 9000 }), between(0, 1)),
  lambda: between(1, 1000),
  referenceLevel: fc.integer({ min: 1, max: 4 }),
  standardize: fc.boolean(),
  unitNorm: fc.boolean(),
  centre: fc.boolean(),
  metric: fc.constantFrom(...residualMetricNames),
  shrinkage: between(0, 1000),
  levelWeights: fc.array(between(0, 5), { minLength: 1, maxLength: 4 }),
  mapSize: fc.integer({ min: 8, max: 600 }),
  sigma: between(0, 8),
  imageScore: fc.constantFrom('map', 'patch', 'neighbours'),
  topFraction: between(0, 1),
  imageFalseAlarms: between(0, 1),
  pixelFalseAlarms: between(0, 1),
  seed: fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 }),
};

function isValid(changes: Partial<Configuration>): boolean {
  try {
    configure(changes);
    return true;
  } catch (error) {
    assert.ok(error instanceof RangeError, String(error));
    return false;
  }
}

/** Valid changes of the defaults: values that do not go together are made to. */
const anyChanges: fc.Arbitrary<Partial<Configuration>> = fc
  .record(values, { requiredKeys: [] })
  .map((changes): Partial<Configuration> => {
    const fitting = { ...changes };
    const { levels, concatenate } = configure({ backbone: changes.backbone, ...pick(changes) });
    if (fitting.levelWeights)
      fitting.levelWeights = (concatenate ? [1] : levels).map((_, at) => changes.levelWeights![at] ?? 0.25);
    if (fitting.referenceLevel) fitting.referenceLevel = levels[fitting.referenceLevel % levels.length];
    if (!isValid({ ...fitting })) delete fitting.imageScore;
    if (!isValid({ ...fitting })) delete fitting.mapSize;
    return fitting;
  })
  .filter(isValid);

const anyConfiguration = anyChanges.map((changes) => configure(changes));

/** The keys are a text of the values, `auto` among them. */
const keysOf = (configuration: Configuration) => stageKeys(configuration as SizedConfiguration);

function pick({ levels, concatenate }: Partial<Configuration>): Partial<Configuration> {
  return { levels, concatenate };
}

/** The flags as the command reads them. */
function read(flags: readonly string[]): Configuration {
  const parser = addConfigurationOptions(new Command().exitOverride());
  parser.parse([...flags], { from: 'user' });
  return configurationOf(parser.opts<ConfigurationFlags>());
}

test('a configuration survives as changes, as a command line, as TypeScript and as JSON', () => {
  fc.assert(
    fc.property(anyConfiguration, (configuration) => {
      const changes = changesFrom(configuration);
      assert.deepEqual(configure(changes), configuration);
      // A mask stands for a file on a command line.
      const flags = configurationFlagsOf({ ...changes, ignore: undefined });
      const { ignore } = configuration;
      assert.deepEqual({ ...read(flags), ...(ignore && { ignore }) }, configuration);
      const evaluated = runInNewContext(`(${configurationCode(changes)})`) as Partial<Configuration>;
      assert.deepEqual(configure(structuredClone(evaluated)), configuration);
      assert.deepEqual(parseConfiguration(JSON.parse(JSON.stringify(configuration))), configuration);
    }),
    { numRuns: 300 },
  );
});

test('controls that nobody moves keep any configuration', () => {
  fc.assert(
    fc.property(anyConfiguration, fc.integer({ min: 1, max: 99 }), (base, nominal) => {
      const context = { base, nominal };
      const shown = parametersOf(context, {});
      const defaults = Object.fromEntries(shown.map((control) => [control.name, control.default]));
      assert.deepEqual(configure(changesOf(context, defaults)), base);
      for (const { kind, options, default: value } of shown)
        if (kind === 'choice') assert.ok(options!.includes(value as string));
    }),
    { numRuns: 300 },
  );
});

test('a control that is moved gives what it shows: it shows the same when the configuration is opened anew', () => {
  fc.assert(
    fc.property(anyConfiguration, fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (base, at, place) => {
      const context = { base, nominal: 40 };
      const shown = parametersOf(context, {});
      const usable = shown.filter(({ unused }) => unused === undefined);
      const control = usable[at % usable.length];
      const { kind, options, min, max, step } = control;
      const value =
        kind === 'flag'
          ? !control.default
          : kind === 'choice'
            ? options![Math.floor(place * (options!.length - 1))]
            : min! + Math.round((place * (max! - min!)) / step!) * step!;
      const moved = {
        ...Object.fromEntries(shown.map((one) => [one.name, one.default])),
        [control.name]: value,
      };
      let configuration: Configuration;
      try {
        configuration = configure(changesOf(context, moved));
      } catch (error) {
        // Values that do not go together are told.
        assert.ok(error instanceof RangeError, String(error));
        return;
      }
      const again = parametersOf({ base: configuration, nominal: 40 }, {});
      for (const other of parametersOf(context, moved)) {
        const same = again.find(({ name }) => name === other.name);
        // A level that the backbone lacks is shown only while it is used.
        if (!same) continue;
        // The default may be one of the numbers, too.
        const isDefault = [value, same.default].includes('default');
        if (other.unused === undefined && !(other.name === control.name && isDefault))
          assert.equal(
            same.default,
            moved[other.name],
            `${other.name} after ${control.name} ${String(value)}`,
          );
      }
    }),
    { numRuns: 500 },
  );
});

test('every parameter decides one stage and those after it, and nothing where it has no effect', () => {
  fc.assert(
    fc.property(
      anyConfiguration,
      anyConfiguration,
      fc.constantFrom(...parameterNames),
      (base, other, name) => {
        const changed = { ...base, [name]: other[name] };
        if (JSON.stringify(changed[name]) === JSON.stringify(base[name])) return;
        const [before, after] = [keysOf(base), keysOf(changed)];
        const { stage, unused } = parameters[name];
        for (const [at, one] of stages.entries())
          if (at < stages.indexOf(stage)) assert.equal(after[one], before[one], `${name} changes ${one}`);
        if (unused?.(base) && unused(changed)) {
          if (changesNothingElse(base, changed)) assert.deepEqual(after, before, `${name} has no effect`);
        } else if (!isSame(base, changed, name))
          for (const one of stages.slice(stages.indexOf(stage)))
            assert.notEqual(after[one], before[one], `${name} does not change ${one}`);
      },
    ),
    { numRuns: 1000 },
  );
});

/** Whether no other parameter gains or loses its effect. */
function changesNothingElse(base: Configuration, changed: Configuration): boolean {
  return parameterNames.every(
    (name) => !parameters[name].unused?.(base) === !parameters[name].unused?.(changed),
  );
}

/** Whether a parameter that was left to the granularities is given the value that they all have, or the reverse. */
function isSame(base: Configuration, changed: Configuration, name: keyof Configuration): boolean {
  return ['solver', 'sampler', 'unitNorm'].includes(name) && keysOf(base).bank === keysOf(changed).bank;
}

test('standardize and shrinkage are part of the keys of what they decide', () => {
  const base = configure({ metric: 'mahalanobis' });
  assert.notEqual(keysOf({ ...base, standardize: true }).exemplars, keysOf(base).exemplars);
  assert.notEqual(keysOf({ ...base, shrinkage: 2 }).bank, keysOf(base).bank);
  assert.equal(keysOf({ ...base, shrinkage: 2 }).exemplars, keysOf(base).exemplars);
});

test('the help of `spanlab run` lists every parameter, and the command knows every flag that is printed', () => {
  const command = runCommand(new AbortController().signal);
  const help = command.helpInformation();
  const known = new Set(command.options.map(({ long }) => long));
  for (const name of parameterNames) assert.match(help, new RegExp(`--${flagOf(name)}\\b`));
  for (const name of Object.keys(solverParameters)) assert.match(help, new RegExp(`--${name}\\b`));
  fc.assert(
    fc.property(anyConfiguration, (configuration) => {
      const { weights: _weights, ...changes } = changesFrom(configuration);
      for (const word of configurationFlagsOf(changes))
        if (word.startsWith('--')) assert.ok(known.has(word), word);
    }),
  );
});

test('an option can take back what a preset has', () => {
  assert.equal(
    read(['--preset', 'patchcore', '--no-concatenate', '--image-score', 'map']).concatenate,
    false,
  );
  for (const [name, changes] of Object.entries(presets))
    assert.deepEqual(read(['--preset', name]), configure(changes));
});

test('a parameter that does not exist is refused by name', () => {
  assert.throws(() => configure({ sise: 64 } as never), /sise is no parameter; expected some of backbone, /);
});
