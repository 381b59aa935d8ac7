import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from './jupyter';
import { number } from './number';
import { serveFolder } from './serve-folder';

/** `spanlab site`. */
export function siteCommand(signal: AbortSignal): Command {
  return new Command('site')
    .description('serve the workbench as a page that runs in the browser alone, on this machine only')
    .option('--port <number>', 'the port; 0 takes one that is free', number, 8137)
    .action(async ({ port }: { port: number }) => {
      const folder = join(packageRoot, 'dist', 'site');
      if (!existsSync(join(folder, 'index.html')))
        throw new Error(`${folder} is not there: build it with \`npm run site\``);
      const server = await serveFolder(folder, port);
      console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener('abort', () => resolve());
      });
      server.closeAllConnections();
      server.close();
    });
}
