import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { installPacked } from '../helpers/packed';
import { temporaryFolder } from '../helpers/temporary';

const run = promisify(execFile);
/** `nobody`: where the tests run as root, the package is installed and used by somebody else. */
const other = 65534;

const notebook = JSON.stringify({
  cells: [
    {
      cell_type: 'code',
      id: 'only',
      execution_count: null,
      metadata: {},
      outputs: [],
      source: ["import { configure } from 'spanlab';\n", 'console.log(process.version, configure().size);'],
    },
  ],
  metadata: { kernelspec: { name: 'spanlab', display_name: 'spanlab', language: 'typescript' } },
  nbformat: 4,
  nbformat_minor: 5,
});

for (const version of ['20', '22', '24']) {
  test(`on Node.js ${version}, as another user: install, run, score, lab and a notebook`, async (context) => {
    const home = join(await temporaryFolder(context), 'hôme of nobody');
    await mkdir(join(home, 'app'), { recursive: true });
    await chmod(join(home, '..'), 0o755);
    const nodeFolder = join(home, '..', 'node');
    await mkdir(nodeFolder);
    await writeFile(join(nodeFolder, 'package.json'), '{"private":true}');
    await run('npm', ['install', '--foreground-scripts', `node@${version}`], { cwd: nodeFolder });
    const asOther = process.getuid?.() === 0 ? { uid: other, gid: other } : {};
    if (asOther.uid) for (const path of [home, join(home, 'app')]) await chown(path, other, other);
    const path = [join(nodeFolder, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
    const env = { ...process.env, PATH: path, HOME: home, npm_config_cache: join(home, '.npm') };
    const app = join(home, 'app');
    const runner = { ...asOther, env };
    const options = { cwd: app, maxBuffer: 1e8, ...runner };

    const bin = await installPacked(app, runner);
    const { stdout: nodeVersion } = await run('node', ['--version'], options);
    assert.ok(nodeVersion.startsWith(`v${version}.`), nodeVersion);
    const { stdout } = await run(
      bin,
      ['run', '--dataset', 'synthetic', '--category', 'nut', '--out', 'out', '--bank'],
      options,
    );
    assert.match(stdout, /nut +0\.9\d+/);
    const image = join(app, 'node_modules', 'spanlab', 'data', 'synthetic', 'nut', 'test', 'hole', '000.png');
    const scored = await run(
      bin,
      ['score', image, '--bank', join('out', 'banks', 'nut.safetensors')],
      options,
    );
    assert.ok(Number.isFinite(JSON.parse(scored.stdout).score));

    await run(bin, ['lab', '--setup-only'], options);
    const jupyter = join(app, '.python', 'bin', 'jupyter');
    await run(bin, ['install', '--jupyter', jupyter, '--user'], options);
    await writeFile(join(app, 'first.ipynb'), notebook);
    const convert = ['nbconvert', '--to', 'markdown', '--execute', '--stdout', 'first.ipynb'];
    const { stdout: shown } = await run(jupyter, convert, options);
    assert.match(shown, new RegExp(`v${version}\\.\\d+\\.\\d+ auto`));
  });
}
