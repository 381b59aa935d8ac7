/** How far a long piece of work has come. */
export interface ProgressReport {
  /** What is being counted, e.g. `images` or `exemplars`. */
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
}
