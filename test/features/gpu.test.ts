import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { endOf, startWith } from '../helpers/cli';
import { temporaryFolder } from '../helpers/temporary';

/** Where Vulkan finds the given drivers only. */
const drivers = (path: string) => ({ VK_ICD_FILENAMES: path, VK_DRIVER_FILES: path });
/** A GPU that Chromium computes on the processor, and the loader for it. */
const chromium = existsSync('/usr/bin/chromium') ? '/usr/lib/chromium' : '';
const software = join(chromium, 'vk_swiftshader_icd.json');
const unlessSoftware = !existsSync(software) && "needs Chromium's SwiftShader, which is not installed here";

test('without a GPU the engine gpu says so, why, and what to do', async (context) => {
  const out = await temporaryFolder(context);
  const run = ['run', '--dataset', 'synthetic', '--category', 'nut', '--size', '64', '--out', out];
  const { code, stderr } = await endOf(startWith(drivers('/nowhere.json'), ...run, '--engine', 'gpu'));
  assert.equal(code, 1);
  assert.match(
    stderr,
    /spanlab: no GPU is ready for ONNX Runtime here \(cuda: .+; webgpu: .+\); install .* or leave the engine to auto/,
  );
  assert.doesNotMatch(stderr, /onnxruntime_src.*; (install|webgpu)/);
});

test('a GPU gives the features of the processor, by WebGPU', { skip: unlessSoftware }, async () => {
  const script = `
    require('./src/platform');
    const { createExtractor } = require('./src/features');
    const { loadBackbone } = require('./src/files');
    const { drawSynthetic } = require('./src/images');
    const featuresOn = async (engine) => {
      const network = await loadBackbone('efficientnet_lite0');
      const extractor = await createExtractor(network, { size: 64, levels: [1, 2, 3], engine });
      const images = [1, 2].map((seed) => drawSynthetic('nut', { seed, size: 64 }).image);
      const maps = await extractor.extract(images);
      return { engine: extractor.engine, levels: maps.map(({ features }) => [...features.data]) };
    };
    (async () => JSON.stringify([await featuresOn('onnx'), await featuresOn('gpu')]))().then((text) => process.stdout.write(text, () => process.exit()));
  `;
  const env = { ...process.env, ...drivers(realpathSync(software)), LD_LIBRARY_PATH: chromium };
  const args = ['--import', 'tsx', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, maxBuffer: 1e9 });
  const [own, other] = JSON.parse(stdout) as { engine: string; levels: number[][] }[];
  assert.deepEqual([own.engine, other.engine], ['onnx', 'onnx (webgpu)']);
  for (const [index, level] of own.levels.entries()) {
    const largest = Math.max(...level.map(Math.abs));
    const worst = Math.max(...level.map((value, at) => Math.abs(value - other.levels[index][at])));
    assert.ok(worst < 1e-4 * largest, `level ${index + 1}: ${worst} of ${largest}`);
  }
});
