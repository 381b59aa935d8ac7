/** The progress of a long piece of work. */
export interface ProgressReport {
  /** The name of the things that are counted, e.g. `images` or `exemplars`. */
  stage: string;
  done: number;
  total: number;
}

/** Options that every long piece of work takes: a way to watch it and a way to stop it. */
export interface LongWork {
  /** Called after every item or batch. */
  onProgress?: (report: ProgressReport) => void;
  /** When aborted, the work rejects with the signal's reason at its next item. */
  signal?: AbortSignal;
  /** Runs every stage of the work, e.g. to measure it; gives what the stage gives. */
  inStage?: RunStage;
}

/** Work that is watched, and can be stopped. */
export type WatchedWork = Required<Pick<LongWork, 'onProgress' | 'signal'>>;

/** Runs a stage and gives its value. */
export type RunStage = <Value>(stage: WorkStage, run: () => Promise<Value>) => Promise<Value>;

/** A stage of long work. */
export interface WorkStage {
  stage: string;
  /** What the stage is one of, where there are several, e.g. a granularity. */
  part?: string;
}

/** Runs a stage of long work as the work wants it run. */
export function runStage<Value>(
  { inStage }: LongWork,
  stage: WorkStage,
  run: () => Promise<Value>,
): Promise<Value> {
  return inStage ? inStage(stage, run) : run();
}

/** Items of an iteration; waiting for each is a stage of the work. */
export async function* itemsInStage<Item>(
  work: LongWork,
  stage: WorkStage,
  items: AsyncIterable<Item>,
): AsyncGenerator<Item> {
  const iterator = items[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await runStage(work, stage, () => iterator.next());
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}

/** Lets timers, input and the interface have a turn in the middle of long work. */
export function pause(): Promise<void> {
  return new Promise((resolve) => {
    // setTimeout waits 4 ms in browsers; setImmediate, where there is one, does not wait.
    const { setImmediate: immediate } = globalThis as { setImmediate?: (done: () => void) => void };
    if (immediate) immediate(resolve);
    else setTimeout(resolve, 0);
  });
}

/** Where the kernel of a notebook is found, on `globalThis`. */
export const kernelKey = Symbol.for('spanlab.kernel');

/**
 * Stops long work that was aborted. Without a signal, work in a notebook's cell stops with the cell.
 *
 * @throws the reason of the signal
 */
export function stopIfAborted(signal?: AbortSignal): void {
  (signal ?? (globalThis as { [kernelKey]?: { signal: AbortSignal } })[kernelKey]?.signal)?.throwIfAborted();
}
