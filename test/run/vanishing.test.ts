import '../../src/platform';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDatasets } from '../../src/files';
import { configure } from '../../src/detector';
import { runAll } from '../../src/run';
import { ownFolder, scattering, start } from '../helpers/cli';

test('an image that vanishes during a run is reported; report and bank are still written', async (context) => {
  const root = await ownFolder(context);
  const datasets = await openDatasets('folder', { root: join(root, 'data') });
  const gone = datasets[0].samples.filter(({ label }) => label === 'anomalous')[0].path;
  let isGone: Promise<void> | undefined;
  const { categories, report, json } = await runAll(
    datasets,
    configure({ backbone: 'scattering', size: 64 }),
    {
      dataset: { name: 'folder' },
      out: join(root, 'out'),
      title: 'vanishing',
      bank: true,
      onProgress: ({ stage }) => {
        if (stage.endsWith('overlays')) isGone ??= rm(gone);
      },
    },
  );
  await isGone;
  assert.ok(
    categories[0].skipped.every(({ path, reason }) => path === gone && /cannot read image/.test(reason)),
  );
  assert.ok(categories[0].skipped.length > 0);
  assert.match(await readFile(report, 'utf8'), /Content-Security-Policy/);
  assert.equal(JSON.parse(await readFile(json, 'utf8')).categories[0].skipped.length > 0, true);
  assert.ok((await readFile(join(root, 'out', 'banks', 'data.safetensors'))).length > 0);
});

test('SIGTERM and SIGHUP end a run in order, as Ctrl-C does; a second run in the same folder is rejected', async (context) => {
  const root = await ownFolder(context);
  const run = (...options: string[]) =>
    start('run', '--dataset', 'synthetic', '--out', join(root, 'out'), ...scattering, ...options);
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    const child = run();
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += chunk));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const second = run();
    let refused = '';
    second.stderr.on('data', (chunk) => (refused += chunk));
    const [secondCode] = await once(second, 'close');
    child.kill(signal);
    const [code] = await once(child, 'close');
    assert.equal(code, 130, stderr);
    assert.match(stderr, /interrupted; what is finished is kept/);
    assert.equal(secondCode, 1);
    assert.match(refused, /another process has it open; wait for it to end/);
  }
});
