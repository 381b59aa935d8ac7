const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * A signal that aborts work at the program's first interruption, so that what is finished is kept. From then on the system itself ends the program at
 * the next interruption of any kind: also where a read that never ends keeps it from exiting, and during long work that hears nothing.
 */
export function endOnSignals(): AbortSignal {
  const interruption = new AbortController();
  const leaveToSystem = () => {
    for (const name of names) process.off(name, interrupt);
  };
  const interrupt = (name: NodeJS.Signals) => {
    if (interruption.signal.aborted) {
      // Both interruptions came while work heard nothing.
      leaveToSystem();
      process.kill(process.pid, name);
      return;
    }
    interruption.abort(new Error('interrupted; what is finished is kept'));
    setImmediate(leaveToSystem);
  };
  for (const name of names) process.on(name, interrupt);
  return interruption.signal;
}
