import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { start } from '../helpers/cli';
import { temporaryFolder } from '../helpers/temporary';
import { until } from '../helpers/until';

/** Stands for Jupyter: it notes what it is called with and how it ends. */
const jupyter = (notes: string, data: string) => `#!/bin/sh
echo "$@" >> ${notes}/calls
if [ "$2" = list ]; then echo '{"kernelspecs":{"spanlab":{"resource_dir":"${data}/kernels/spanlab"}}}'; fi
if [ "$1" = lab ]; then
  trap 'echo terminated >> ${notes}/calls; exit 0' TERM
  while true; do sleep 0.1; done
fi
`;

test('`spanlab lab` starts JupyterLab in the folder, with copies of the notebooks, and SIGTERM ends both', async (context) => {
  const root = await temporaryFolder(context);
  const bin = join(root, 'python', 'bin');
  await mkdir(bin, { recursive: true });
  await mkdir(join(root, 'work', 'spanlab-notebooks'), { recursive: true });
  const own = join(root, 'work', 'spanlab-notebooks', '01-toy-subspace.ipynb');
  await writeFile(own, 'changed by the user');
  for (const name of ['jupyter', 'jupyter-lab']) {
    await writeFile(join(bin, name), jupyter(root, join(root, 'data')));
    await chmod(join(bin, name), 0o755);
  }
  const lab = start('lab', '--python', join(root, 'python'), '--folder', join(root, 'work'));
  const calls = () => readFile(join(root, 'calls'), 'utf8').catch(() => '');
  await until(async () => /^lab /m.test(await calls()), 'JupyterLab to be started');
  lab.kill('SIGTERM');
  await once(lab, 'close');
  const told = await calls();
  assert.match(
    told,
    /^lab --ServerApp\.root_dir=.*work --LabApp\.default_url=\/lab\/tree\/spanlab-notebooks$/m,
  );
  assert.match(told, /terminated/);
  assert.equal(await readFile(own, 'utf8'), 'changed by the user');
  assert.ok((await readdir(join(root, 'work', 'spanlab-notebooks'))).length >= 7);
  const overrides = join(root, 'python', 'share', 'jupyter', 'lab', 'settings', 'overrides.json');
  const settings = JSON.parse(await readFile(overrides, 'utf8')) as Record<string, object>;
  assert.deepEqual(settings['@jupyterlab/apputils-extension:notification'], {
    fetchNews: 'false',
    checkForUpdates: false,
  });
});
