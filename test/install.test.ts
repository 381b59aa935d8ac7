import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { installPacked } from './helpers/packed';
import { temporaryFolder } from './helpers/temporary';

const run = promisify(execFile);

test('the packed package installs in an empty folder with spaces and accents in its path, and works', async (context) => {
  const app = join(await temporaryFolder(context), 'näw plâce', 'app');
  const bin = await installPacked(app);
  const data = ['--dataset', 'synthetic', '--category', 'nut', '--backbone', 'scattering'];
  const { stdout } = await run(bin, ['run', ...data, '--out', 'out', '--bank'], { cwd: app });
  assert.match(stdout, /nut +128x128 +0\.9\d+/);
  const image = join(app, 'node_modules', 'spanlab', 'data', 'synthetic', 'nut', 'test', 'hole', '000.png');
  const scored = await run(bin, ['score', image, '--bank', join('out', 'banks', 'nut.safetensors')], {
    cwd: app,
  });
  assert.equal(Number.isFinite(JSON.parse(scored.stdout).score), true);
  // Packages that npm left out are told, once a command.
  const isThere = existsSync(join(app, 'node_modules', 'onnxruntime-node'));
  assert.equal(
    scored.stderr.split('onnxruntime-node does not load here').length - 1,
    isThere ? 0 : 1,
    scored.stderr,
  );
  const code = "import('spanlab').then(({ configure }) => console.log(configure().size))";
  assert.equal((await run(process.execPath, ['-e', code], { cwd: app })).stdout.trim(), 'auto');
});
