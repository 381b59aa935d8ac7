/** A request of the front process to the runner, which executes cells. */
export type Request =
  | { type: 'execute'; id: number; code: string; allowsInput: boolean }
  | { type: 'complete'; id: number; code: string; cursor: number }
  | { type: 'inspect'; id: number; code: string; cursor: number }
  | { type: 'isComplete'; id: number; code: string }
  | { type: 'comm'; event: 'open' | 'message' | 'close'; commId: string; data: object }
  | { type: 'input'; value: string };

/** How a cell ended. */
export type Outcome =
  | { status: 'ok'; result: { data: object; metadata: object } | null }
  | { status: 'error'; ename: string; evalue: string; traceback: string[] };

/** An event that the runner reports to the front process, in order. */
export type Event =
  | { type: 'ready' }
  | { type: 'done'; id: number; value: unknown }
  | { type: 'publish'; message: string; content: object; metadata?: object; buffers?: Uint8Array[] }
  | { type: 'askInput'; prompt: string }
  | { type: 'comms'; comms: Record<string, string>; hasRestarted?: boolean };
