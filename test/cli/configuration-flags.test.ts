import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Command } from 'commander';
import fc from 'fast-check';
import {
  addConfigurationOptions,
  type ConfigurationFlags,
  configurationOf,
} from '../../src/cli/configuration-flags';
import {
  checkConfiguration,
  type Configuration,
  configurationFlagsOf,
  configure,
  presets,
} from '../../src/detector';

test('every command line is accepted or rejected with a sentence', () => {
  const command = addConfigurationOptions(new Command());
  const names = command.options.map(({ long }) => long!);
  const value = fc.oneof(
    fc.constantFrom(
      '0',
      '-1',
      '1e999',
      'NaN',
      '',
      ' ',
      '2,3',
      '1,,2',
      '0x10',
      'ridge',
      'patch',
      '__proto__',
      '12',
      '0.5',
      'crop',
      'constructor',
    ),
    fc.string({ maxLength: 12 }),
    fc.double().map(String),
  );
  const argument = fc.oneof(fc.constantFrom(...names), value);
  fc.assert(
    fc.property(fc.array(argument, { maxLength: 8 }), (args) => {
      const parser = addConfigurationOptions(
        new Command()
          .exitOverride()
          .configureOutput({ writeErr: () => undefined, writeOut: () => undefined }),
      );
      try {
        parser.parse(args, { from: 'user' });
        checkConfiguration(configurationOf(parser.opts<ConfigurationFlags>()));
      } catch (error) {
        assert.ok(
          error instanceof Error && !(error instanceof TypeError) && error.message.length > 5,
          `${args}: ${error}`,
        );
      }
    }),
    { numRuns: 2000 },
  );
});

test('options that are written for a configuration are read as that configuration', () => {
  const variants: Partial<Configuration>[] = [
    { size: { width: 448, height: 192 }, levels: [1, 3], levelWeights: [1, 0.5], sigma: 2.5 },
    { solver: { name: 'localRidge', neighbours: 5, penalty: 0.1 }, unitNorm: false, standardize: true },
    {
      solver: { name: 'elasticNet', mu: 0.4, multiple: 3 },
      granularities: ['position', 'patch'],
      patches: 0.05,
    },
    { tile: 256, size: 512, imageFalseAlarms: 0.1, pixelFalseAlarms: 1e-4, seed: 3 },
    ...Object.values(presets),
  ];
  for (const changes of variants) {
    const parser = addConfigurationOptions(new Command().exitOverride());
    parser.parse(configurationFlagsOf(changes), { from: 'user' });
    assert.deepEqual(configurationOf(parser.opts<ConfigurationFlags>()), configure(changes));
  }
});
