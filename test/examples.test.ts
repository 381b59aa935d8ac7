import * as spanlab from '../src';
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import ts from 'typescript';
import * as base from '../src/base';
import { checkedBody, examples, type Example } from './helpers/examples';

const root = join(__dirname, '..');

/** Everything that an example may use: the public functions, and those of its own room. */
async function scopeOf({ file }: Example): Promise<Record<string, unknown>> {
  const room: Record<string, unknown> = await import(join(root, 'src', file.split('/')[0], 'index.ts')).catch(
    () => ({}),
  );
  return { ...base, ...room, ...spanlab };
}

const found = examples();

/** A kernel that takes everything and shows nothing. */
const kernel = {
  display: () => undefined,
  openComm: () => ({ id: 'comm', send: () => undefined, close: () => undefined }),
  input: async () => '',
  signal: new AbortController().signal,
};
(globalThis as Record<symbol, unknown>)[Symbol.for('spanlab.kernel')] = kernel;

// Examples write to folders of their own.
const folder = mkdtempSync(join(tmpdir(), 'spanlab-examples-'));
// Worker threads load the compiler from here.
symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
process.chdir(folder);
after(() => {
  process.chdir(root);
  rmSync(folder, { recursive: true, force: true });
});

for (const example of found) {
  test(`the example of ${example.name} has the results in its comments`, async () => {
    assert.notEqual(example.code, '', `${example.file}: an example without a code block`);
    const body = checkedBody(example.code);
    await runExample(body, await scopeOf(example));
  });
}

/** Runs the body of an example with these names in scope. */
async function runExample(body: string, scope: object): Promise<void> {
  const { outputText } = ts.transpileModule(body, { compilerOptions: { target: ts.ScriptTarget.ES2022 } });
  const all = { ...scope, __same: assert.deepEqual } as Record<string, unknown>;
  const names = Object.keys(all).filter((name) => /^\w+$/.test(name) && name !== 'default');
  const AsyncFunction = (async () => undefined).constructor as new (
    ...args: string[]
  ) => (...values: unknown[]) => Promise<void>;
  const run = new AsyncFunction(...names, `{ ${outputText} }`);
  await run(...names.map((name) => all[name]));
  assert.match(body, /__same\(/, `nothing is checked:\n${body}`);
}

const pages = [
  join(root, 'README.md'),
  ...readdirSync(join(root, '.docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(root, '.docs', name)),
];

for (const path of pages) {
  const blocks = [...readFileSync(path, 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
  for (const [index, code] of blocks.entries()) {
    test(`example ${index + 1} of ${basename(path)} has the results in its comments`, async (context) => {
      context.mock.method(console, 'log', () => undefined);
      await runExample(checkedBody(code.replace(/^import .*$/gm, '')), spanlab);
    });
  }
}

test('every function that a notebook, the README or a page uses has an example', () => {
  const documented = new Set(found.map(({ name }) => name));
  const texts = [
    ...pages.map((path) => readFileSync(path, 'utf8')),
    ...readdirSync(join(root, 'notebooks'))
      .filter((name) => name.endsWith('.ipynb'))
      .flatMap((name) => {
        const { cells } = JSON.parse(readFileSync(join(root, 'notebooks', name), 'utf8'));
        return cells.map(({ source }: { source: string[] }) => source.join(''));
      }),
  ].join('\n');
  const used = Object.entries(spanlab)
    .filter(([name, value]) => typeof value === 'function' && new RegExp(`\\b${name}\\(`).test(texts))
    .map(([name]) => name);
  assert.deepEqual(
    used.filter((name) => !documented.has(name)),
    [],
  );
  assert.ok(Object.keys(spanlab).length <= 125, `${Object.keys(spanlab).length} public values`);
});
