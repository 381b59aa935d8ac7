import '../src/platform';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';
import { openPage, unlessBrowser } from './helpers/chromium';
import { runCore } from './helpers/core-run';

const root = join(__dirname, '..');
const source = join(root, 'src');

/** Rooms in the order of the data; none imports one that comes later. */
const order = [
  'base',
  'matrix',
  'images',
  'features',
  'subspace',
  'sampling',
  'reconstruction',
  'scoring',
  'configuration',
  'detector',
  'pipeline',
  'plots',
  'study',
  'files',
  'platform',
  'explanation',
  'notebook',
  'workbench',
  'browser',
  'run',
  'cli',
];
const coreRooms = order.slice(0, order.indexOf('files'));

/** The imports of a room's files. */
function importsOf(room: string): { file: string; from: string }[] {
  const files = readdirSync(join(source, room), { recursive: true, encoding: 'utf8' });
  return files
    .filter((name) => name.endsWith('.ts'))
    .flatMap((file) =>
      [
        ...readFileSync(join(source, room, file), 'utf8').matchAll(
          /(?:from|import|require\.resolve)\(? ?'([^']+)'/g,
        ),
      ].map(([, from]) => ({ file: `${room}/${file}`, from })),
    );
}

test('no room imports one that comes later, and no room is forgotten', () => {
  const rooms = readdirSync(source, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.deepEqual(rooms.map(({ name }) => name).sort(), [...order].sort());
  for (const room of order) {
    for (const { file, from } of importsOf(room)) {
      const other = order.find((name) => new RegExp(`^(\\.\\./)+${name}(/|$)`).test(from));
      if (other && other !== room)
        assert.ok(order.indexOf(other) < order.indexOf(room), `${file} imports ${from}`);
    }
  }
});

test('the core imports nothing of Node.js and no native package', () => {
  const forbidden = new Set([
    ...builtinModules,
    'sharp',
    'onnxruntime-node',
    'ioredis',
    'bullmq',
    'tslab',
    'zeromq',
  ]);
  for (const room of coreRooms) {
    for (const { file, from } of importsOf(room))
      assert.ok(!from.startsWith('node:') && !forbidden.has(from), `${file} imports ${from}`);
  }
});

test(
  'the core in a browser gives the numbers of Node.js: the toy, and a scattering detector',
  { skip: unlessBrowser },
  async (context) => {
    const bundled = await build({
      entryPoints: [join(__dirname, 'helpers', 'core-page.ts')],
      bundle: true,
      write: false,
      platform: 'browser',
      logLevel: 'error',
    });
    const errors: string[] = [];
    const page = await openPage(context, errors);
    await page.addScriptTag({ content: bundled.outputFiles[0].text });
    const base64 = (path: string) => readFileSync(path).toString('base64');
    const backend = require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm');
    const inPage = await page.evaluate(
      ([kernels, wasm]) =>
        (globalThis as unknown as { runInPage(...parts: string[]): ReturnType<typeof runCore> }).runInPage(
          kernels,
          wasm,
        ),
      [base64(join(root, 'dist', 'simd.wasm')), base64(backend)],
    );
    assert.deepEqual(errors, []);
    const here = await runCore();
    for (const name of ['rebuilt', 'costs', 'scores', 'map'] as const) {
      assert.equal(inPage[name].length, here[name].length);
      const scale = here[name].reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
      here[name].forEach((value, index) => {
        const difference = Math.abs(value - inPage[name][index]) / scale;
        assert.ok(difference < 1e-5, `${name}, value ${index}: off by ${difference}`);
      });
    }
  },
);
