import type { LongWork } from '../base';

/** Work whose progress is told under another stage. */
export function withStage({ signal, onProgress }: LongWork, stage: string): LongWork {
  return { signal, onProgress: onProgress && ((report) => onProgress({ ...report, stage })) };
}
