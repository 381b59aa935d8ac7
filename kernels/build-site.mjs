// Builds the page that runs in a browser alone, to dist/site: any static host serves it.
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'src', 'browser', 'site');
const out = join(root, 'dist', 'site');
const require = createRequire(import.meta.url);
const engines = dirname(require.resolve('onnxruntime-web'));
const weights = join(root, 'data', 'backbones', 'efficientnet-lite0.safetensors');
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const bundle = (names, format, define) =>
  build({
    entryPoints: names.map((name) => join(source, name)),
    outdir: out,
    bundle: true,
    minify: true,
    format,
    logLevel: 'warning',
    // The engine of the page is ONNX Runtime; TensorFlow.js would be fetched and never run.
    alias: { '@tensorflow/tfjs-core': join(source, 'no-tensorflow.ts') },
    logOverride: { 'import-is-undefined': 'silent' },
    define,
  });

await bundle(['main.ts', 'worker.ts'], 'esm', {
  WEIGHTS_SHA256: JSON.stringify(sha256(readFileSync(weights))),
});
await build({
  entryPoints: [join(source, 'site.css'), join(root, 'src', 'browser', 'workbench', 'workbench.css')],
  outdir: out,
  entryNames: '[name]',
  minify: true,
  logLevel: 'warning',
});
for (const name of readdirSync(source).filter((file) => file.endsWith('.html')))
  cpSync(join(source, name), join(out, name));
cpSync(weights, join(out, 'efficientnet-lite0.safetensors'));
cpSync(join(root, 'dist', 'simd.wasm'), join(out, 'simd.wasm'));
cpSync(join(engines, 'ort-wasm-simd-threaded.wasm'), join(out, 'ort-wasm-simd-threaded.wasm'));

const files = readdirSync(out).sort();
const version = sha256(files.map((name) => sha256(readFileSync(join(out, name)))).join()).slice(0, 16);
await bundle(['service-worker.ts'], 'iife', {
  SITE_VERSION: JSON.stringify(version),
  SITE_FILES: JSON.stringify(files),
});
