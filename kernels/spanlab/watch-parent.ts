import { Worker } from 'node:worker_threads';

/** Milliseconds between two checks. */
const interval = 1000;

/**
 * Ends this process and its children once another process is gone. The check runs in a separate thread, so that a loop in the main
 * thread does not delay it.
 *
 * @param parent the other process; one that cannot be seen at the start is not watched
 */
export function watchParent(parent: number): void {
  if (!isRunning(parent)) return;
  const code = `
    const isRunning = ${isRunning.toString()};
    setInterval(() => {
      if (isRunning(${parent}) && process.ppid !== 1) return;
      try { process.kill(-process.pid, 'SIGKILL'); } catch { process.kill(process.pid, 'SIGKILL'); }
    }, ${interval});
  `;
  new Worker(code, { eval: true, execArgv: [] }).unref();
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
