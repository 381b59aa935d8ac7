import type { RunStage } from '../base';

/** The time of a stage, over all of its calls. */
export interface StageTime {
  /** Its name, after its part where it is one of several: `patch exemplars`. */
  name: string;
  calls: number;
  /** Without the stages within it. */
  seconds: number;
  /** Processor time of the process meanwhile, of all threads, without the stages within it. */
  processorSeconds: number;
  /** Part of `seconds` in those of the whole, in [0, 1]. */
  share: number;
}

/**
 * An event of the trace-event format that Perfetto and Chrome's `about:tracing` read: times in microseconds.
 *
 * @see https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
 */
export interface TraceEvent {
  name: string;
  /** `X`: something with a beginning and a duration; `C`: a counter. */
  ph: 'X' | 'C';
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  cat?: string;
  args: Readonly<Record<string, number>>;
}

/** Stages of work, as they are measured. */
export interface Profile {
  /** Measures a stage; stages that run within it count as parts of it. Stages must follow each other or lie within each other. */
  inStage: RunStage;
  /** The times of stages that have ended, in the order of their first beginning. */
  times(): StageTime[];
  /** The content of a trace file. */
  trace(): { displayTimeUnit: 'ms'; traceEvents: TraceEvent[] };
}

/** A call of a stage; times are microseconds. */
interface Call {
  name: string;
  start: number;
  duration: number;
  processor: number;
  /** Of the calls within it. */
  inner: { duration: number; processor: number };
}

/**
 * Measures the stages of long work: where its time goes, and the process's memory after each.
 *
 * @example
 * ```ts
 * const profile = createProfile();
 * await profile.inStage({ stage: 'run' }, () =>
 *   fitDetector([0, 1, 2].map((seed) => drawSynthetic('nut', { seed, size: 64 }).image), { size: 64 }, profile));
 * profile.times().map(({ name }) => name).slice(0, 4) // ['run', 'inspection', 'network', 'features']
 * ```
 */
export function createProfile(): Profile {
  const calls: Call[] = [];
  const ended = new Set<Call>();
  const counters: TraceEvent[] = [];
  const open: Call[] = [];
  const event = { pid: process.pid, tid: 0 };
  const inStage: RunStage = async ({ stage, part }, run) => {
    const name = part === undefined ? stage : `${part} ${stage}`;
    const call: Call = {
      name,
      start: microseconds(),
      duration: 0,
      processor: 0,
      inner: { duration: 0, processor: 0 },
    };
    const before = processorTime();
    calls.push(call);
    open.push(call);
    try {
      return await run();
    } finally {
      const end = microseconds();
      call.duration = end - call.start;
      call.processor = processorTime() - before;
      open.splice(open.indexOf(call), 1);
      ended.add(call);
      const outer = open.at(-1);
      if (outer) {
        outer.inner.duration += call.duration;
        outer.inner.processor += call.processor;
      }
      counters.push({
        ...event,
        name: 'memory',
        ph: 'C',
        ts: end,
        args: { resident: process.memoryUsage.rss() },
      });
    }
  };
  return {
    inStage,
    times: () => timesOf(calls.filter((call) => ended.has(call))),
    trace() {
      const spans = [...ended].map(({ name, start, duration, processor }): TraceEvent => ({
        ...event,
        name,
        ph: 'X',
        cat: 'stage',
        ts: start,
        dur: duration,
        args: { 'processor ms': processor / 1000 },
      }));
      const traceEvents = [...spans, ...counters].sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
      return { displayTimeUnit: 'ms', traceEvents };
    },
  };
}

function timesOf(calls: readonly Call[]): StageTime[] {
  const own = (call: Call) => call.duration - call.inner.duration;
  const whole = calls.reduce((sum, call) => sum + own(call), 0);
  const times = new Map<string, StageTime>();
  for (const call of calls) {
    const { name, processor, inner } = call;
    const before = times.get(name) ?? { name, calls: 0, seconds: 0, processorSeconds: 0, share: 0 };
    times.set(name, {
      name,
      calls: before.calls + 1,
      seconds: before.seconds + own(call) / 1e6,
      processorSeconds: before.processorSeconds + (processor - inner.processor) / 1e6,
      share: before.share + own(call) / whole,
    });
  }
  return [...times.values()];
}

function microseconds(): number {
  return 1000 * performance.now();
}

/** Processor time of the process so far, microseconds. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
