import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { installKernel, localJupyter, packageRoot, runProgram } from './jupyter';

/** `spanlab lab`. */
export function labCommand(): Command {
  return new Command('lab')
    .description(
      'start JupyterLab on the notebooks, in a local Python environment that is made where it is missing',
    )
    .argument('[options...]', 'further options of `jupyter lab`, behind `--`')
    .option('--python <dir>', 'the environment', '.python')
    .option('--notebooks <dir>', 'the notebooks', join(packageRoot, 'notebooks'))
    .option('--setup-only', 'make the environment and register the kernel, but do not start')
    .action(async (further: string[], { python, notebooks, setupOnly }) => {
      const jupyter = await localJupyter(resolve(python));
      await installKernel(jupyter, ['--sys-prefix']);
      if (!setupOnly) await runProgram(jupyter, ['lab', resolve(notebooks), ...further]);
    });
}
