import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { installKernel, localJupyter, packageRoot, runProgram } from './jupyter';

/** `spanlab lab`. */
export function labCommand(signal: AbortSignal): Command {
  return new Command('lab')
    .description(
      'start JupyterLab on the notebooks, in a local Python environment, which is made if it is missing',
    )
    .argument('[options...]', 'further options of `jupyter lab`, after `--`')
    .option('--python <dir>', 'the environment', '.python')
    .option(
      '--folder <dir>',
      'where JupyterLab starts; copies of the notebooks go to its folder spanlab-notebooks',
      '.',
    )
    .option('--setup-only', 'make the environment and register the kernel, but do not start')
    .action(async (further: string[], { python, folder, setupOnly }) => {
      const jupyter = await localJupyter(resolve(python));
      await installKernel(jupyter, ['--sys-prefix']);
      await writeSettings(resolve(python));
      if (setupOnly) return;
      const notebooks = await copyNotebooks(resolve(folder));
      const options = [
        `--ServerApp.root_dir=${resolve(folder)}`,
        `--LabApp.default_url=/lab/tree/${notebooks}`,
      ];
      await runProgram(jupyter, ['lab', ...options, ...further], { signal });
    });
}

/**
 * Settings of JupyterLab that a user can change: it keeps the state of widgets with a notebook, so that one that is opened without a
 * kernel shows its controls, and asks no server for news or newer versions.
 */
export const labSettings = {
  '@jupyter-widgets/jupyterlab-manager:plugin': { saveState: true },
  '@jupyterlab/apputils-extension:notification': { fetchNews: 'false', checkForUpdates: false },
};

async function writeSettings(environment: string): Promise<void> {
  const folder = join(environment, 'share', 'jupyter', 'lab', 'settings');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'overrides.json'), JSON.stringify(labSettings, null, 2));
}

/** Copies the notebooks that are not there yet, so that a user's changes are kept; returns the name of their folder. */
async function copyNotebooks(folder: string): Promise<string> {
  const source = join(packageRoot, 'notebooks');
  if (folder === packageRoot) return 'notebooks';
  const name = 'spanlab-notebooks';
  await mkdir(join(folder, name), { recursive: true });
  for (const file of await readdir(source))
    if (file.endsWith('.ipynb'))
      await copyFile(join(source, file), join(folder, name, file), constants.COPYFILE_EXCL).catch(
        (error: NodeJS.ErrnoException) => {
          if (error.code !== 'EEXIST') throw error;
        },
      );
  return name;
}
