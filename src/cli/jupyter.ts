import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { packageVersion } from '../files';

/** The folder of this package. */
export const packageRoot = join(__dirname, '..', '..');

/** The packages of a local Python environment, in the versions that the notebooks are tested with. */
const pythonPackages = ['jupyterlab==4.6.6', 'ipywidgets==8.1.9', 'nbclient==0.11.0', 'nbconvert==7.17.2'];

/** Runs a program with this terminal, and ends it when `signal` is aborted; rejects with an Error when it fails or is not there. */
export function runProgram(
  program: string,
  args: readonly string[],
  { signal }: { signal?: AbortSignal } = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit' });
    signal?.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
    child.on('error', (cause) => reject(new Error(`cannot run ${program}: ${cause.message}`, { cause })));
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${program} ${args.join(' ')} ended with ${code}`)),
    );
  });
}

/**
 * Registers the kernel with `jupyter kernelspec install`, and puts the extension that draws figures beside it; `where` are options
 * of that command, such as `--user`.
 */
export async function installKernel(jupyter: string, where: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'spanlab-kernel-'));
  try {
    const spec = JSON.parse(await readFile(join(packageRoot, 'kernels', 'spanlab', 'kernel.json'), 'utf8'));
    spec.argv = [process.execPath, join(packageRoot, 'dist', 'kernel', 'main.js'), '{connection_file}'];
    await writeFile(join(folder, 'kernel.json'), JSON.stringify(spec, null, 2));
    await runProgram(jupyter, ['kernelspec', 'install', folder, '--name', 'spanlab', '--replace', ...where]);
    const prefix = where.find((option) => option.startsWith('--prefix='))?.slice('--prefix='.length);
    await installLabExtension(prefix ? join(prefix, 'share', 'jupyter') : await dataFolderOf(jupyter));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The data folder of Jupyter that the kernel was registered in. */
async function dataFolderOf(jupyter: string): Promise<string> {
  const { stdout } = await promisify(execFile)(jupyter, ['kernelspec', 'list', '--json']);
  const { kernelspecs } = JSON.parse(stdout) as { kernelspecs: Record<string, { resource_dir: string }> };
  return dirname(dirname(kernelspecs.spanlab.resource_dir));
}

/** Puts the prebuilt extension of JupyterLab, with Plotly, into a data folder of Jupyter. */
async function installLabExtension(dataFolder: string): Promise<void> {
  const place = join(dataFolder, 'labextensions', 'spanlab');
  await rm(place, { recursive: true, force: true });
  await mkdir(join(place, 'static'), { recursive: true });
  const build = { load: 'static/remoteEntry.js', mimeExtension: './mime' };
  const description = 'Draws Plotly figures, and keeps a picture of each with the notebook';
  const manifest = {
    name: 'spanlab',
    version: packageVersion,
    description,
    jupyterlab: { mimeExtension: true, _build: build },
  };
  await writeFile(join(place, 'package.json'), JSON.stringify(manifest, null, 2));
  const entry = join(packageRoot, 'dist', 'lab', 'static', 'remoteEntry.js');
  await copyFile(entry, join(place, 'static', 'remoteEntry.js'));
  await copyFile(require.resolve('plotly.js-dist'), join(place, 'static', 'plotly.js'));
}

/** The `jupyter` of the environment `folder`, which is made with pinned packages where it is missing, after saying so. */
export async function localJupyter(folder: string): Promise<string> {
  const bin = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin');
  const jupyter = join(bin, 'jupyter');
  if (existsSync(join(bin, 'jupyter-lab'))) return jupyter;
  console.error(
    `There is no JupyterLab in ${folder}: making a Python environment there with ${pythonPackages.join(', ')}`,
  );
  await runProgram('python3', ['-m', 'venv', folder]);
  await runProgram(join(bin, 'python'), [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    ...pythonPackages,
  ]);
  return jupyter;
}
