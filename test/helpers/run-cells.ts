/** Runs TypeScript cells, the arguments, through tslab's converter and executor in the working directory. */
import { createConverter } from 'tslab/dist/converter';
import { createExecutor } from 'tslab/dist/executor';

async function main() {
  const node = createConverter({ isJS: false, isBrowser: false });
  const converters = { node, browser: node, close: () => node.close() };
  const executor = createExecutor(process.cwd(), converters, console);
  for (const cell of process.argv.slice(2)) {
    if (!(await executor.execute(cell))) process.exitCode = 1;
  }
  executor.close();
}

main();
