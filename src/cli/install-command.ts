import { Command } from 'commander';
import { installKernel } from './jupyter';

/** `spanlab install`. */
export function installCommand(): Command {
  return new Command('install')
    .description('register the TypeScript kernel with the Jupyter on the path')
    .option('--jupyter <program>', 'the jupyter to register with', 'jupyter')
    .option('--user', 'for this user')
    .option('--sys-prefix', "in jupyter's own environment")
    .option('--prefix <dir>', 'in another folder')
    .action(async ({ jupyter, user, sysPrefix, prefix }) => {
      const where = [user && '--user', sysPrefix && '--sys-prefix', prefix && `--prefix=${prefix}`].filter(
        Boolean,
      );
      if (where.length > 1) throw new Error('give one of --user, --sys-prefix and --prefix');
      await installKernel(jupyter, where);
    });
}
