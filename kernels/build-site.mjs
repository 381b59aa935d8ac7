// Builds the page that runs in a browser alone, to dist/site: any static host serves it.
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'src', 'browser', 'site');
const paper = join(root, 'src', 'browser', 'paper');
const out = join(root, 'dist', 'site');
const require = createRequire(import.meta.url);
const engines = dirname(require.resolve('onnxruntime-web'));
const weights = join(root, 'data', 'backbones', 'efficientnet-lite0.safetensors');
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const bundle = (entryPoints, format, define) =>
  build({
    entryPoints,
    outdir: out,
    bundle: true,
    minify: true,
    format,
    logLevel: 'warning',
    // The engine's own script is a file of its own, which its threads start.
    conditions: ['onnxruntime-web-use-extern-wasm'],
    // The engine of the page is ONNX Runtime; TensorFlow.js would be fetched and never run.
    alias: { '@tensorflow/tfjs-core': join(source, 'no-tensorflow.ts') },
    logOverride: { 'import-is-undefined': 'silent' },
    define,
  });

const scripts = {
  main: join(source, 'main.ts'),
  worker: join(source, 'worker.ts'),
  paper: join(paper, 'main.ts'),
  'paper-worker': join(paper, 'worker.ts'),
};
await bundle(scripts, 'esm', { WEIGHTS_SHA256: JSON.stringify(sha256(readFileSync(weights))) });
await build({
  entryPoints: [require.resolve('plotly.js-dist')],
  outfile: join(out, 'plotly.js'),
  minify: true,
  logLevel: 'error',
});
await build({
  entryPoints: [
    join(source, 'site.css'),
    join(paper, 'paper.css'),
    join(root, 'src', 'browser', 'workbench', 'workbench.css'),
  ],
  outdir: out,
  entryNames: '[name]',
  minify: true,
  logLevel: 'warning',
});
for (const file of [join(source, 'index.html'), join(paper, 'paper.html')])
  cpSync(file, join(out, basename(file)));
cpSync(weights, join(out, 'efficientnet-lite0.safetensors'));
cpSync(join(root, 'dist', 'simd.wasm'), join(out, 'simd.wasm'));
for (const name of ['ort-wasm-simd-threaded.wasm', 'ort-wasm-simd-threaded.mjs'])
  cpSync(join(engines, name), join(out, name));

const files = readdirSync(out).sort();
const version = sha256(files.map((name) => sha256(readFileSync(join(out, name)))).join()).slice(0, 16);
await bundle({ 'service-worker': join(source, 'service-worker.ts') }, 'iife', {
  SITE_VERSION: JSON.stringify(version),
  // Plotly is kept by who opens the article.
  SITE_FILES: JSON.stringify(files.filter((name) => name !== 'plotly.js')),
});
