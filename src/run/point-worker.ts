import { runPoint, type SweepPoint } from './run-point';

/** The task of a worker thread. */
export default function work(point: SweepPoint) {
  return runPoint(point);
}
