import { createHash } from 'node:crypto';
import { parseRecordOf } from './point-schema';
import type { SweepPoint } from './run-point';
import { experimentId, failureOf, type RunRecord } from './run-record';
import { type JobEnd, runJobs } from './run-jobs';
import type { PointRunner } from './sweep';

/**
 * Runs points on the workers of a Redis queue, see {@link runJobs}. Each point is queued once, under its experiment's id; whichever
 * worker is done first is recorded. An answer that is not the point's record is recorded as a failure.
 *
 * @param url `redis://host:port` or, with TLS, `rediss://host:port`
 * @throws Error naming the address when Redis cannot be reached, or does not answer for five minutes
 */
export function queueRunner(url: string): PointRunner {
  return (points, onRecord, options) => {
    const jobs = new Map(points.map((point) => [jobIdOf(point), point]));
    const onEnd = (id: string, end: JobEnd) => onRecord(recordOfJob(jobs.get(id)!, end));
    return runJobs(url, { kind: 'point', jobs }, onEnd, options);
  };
}

/** The record that a finished job gives for its point. */
function recordOfJob(point: SweepPoint, { returnvalue, failedReason }: JobEnd): RunRecord {
  if (failedReason) return failureOf(point, new Error(failedReason));
  try {
    return parseRecordOf(point, returnvalue);
  } catch (error) {
    return failureOf(
      point,
      new Error(`a worker's answer is not the point's record: ${(error as Error).message}`),
    );
  }
}

/** The id of a point's job: the same whoever queues the point of that sweep. */
function jobIdOf(point: SweepPoint): string {
  return `${experimentId(point)}-${createHash('sha256').update(point.out).digest('hex').slice(0, 8)}`;
}
