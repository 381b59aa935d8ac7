import type { LongWork } from '../base';

/** Work whose progress is told under another stage. */
export function withStage({ signal, inStage, onProgress }: LongWork, stage: string): LongWork {
  return { signal, inStage, onProgress: onProgress && ((report) => onProgress({ ...report, stage })) };
}
