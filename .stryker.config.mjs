import process from 'node:process';

/** A folder of `src`, or a file of it without its extension, whose mutants are tried; `test/run-mutants.ts` says which. */
const target = process.env.SPANLAB_MUTANTS ?? 'scoring';
const [folder, ...file] = target.split('/');

export default {
  mutate: file.length > 0 ? [`src/${target}.ts`] : [`src/${folder}/**/*.ts`, `!src/${folder}/index.ts`],
  testRunner: 'tap',
  tap: {
    testFiles: [`test/${folder}/*.test.ts`],
    nodeArgs: ['--import', 'tsx', '-r', '{{hookFile}}', '--test-reporter=tap', '{{testFile}}'],
  },
  plugins: ['@stryker-mutator/tap-runner'],
  coverageAnalysis: 'perTest',
  // The words of errors and titles may be any.
  mutator: { excludedMutations: ['StringLiteral'] },
  concurrency: 2,
  timeoutMS: 20_000,
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  ignorePatterns: ['.python', '.docs', 'bench', 'notebooks', 'runs'],
  tempDirName: '.stryker-tmp',
};
