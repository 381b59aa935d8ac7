import { kernelKey } from '../base';
import { tslabHost } from './tslab-host';

/** A mime bundle: content by mime type. */
export type MimeBundle = Record<string, unknown>;

/** A channel between the kernel and a widget in the browser. */
export interface Comm {
  id: string;
  send(data: object, buffers?: Uint8Array[]): void;
  close(): void;
  /** Set to receive what the browser sends. */
  onMessage?: (data: Record<string, unknown>) => void;
}

/** The services of a kernel to the code of a notebook. The spanlab kernel has all of them; tslab's lacks the optional ones. */
export interface KernelHost {
  /** Shows a bundle; with an id it can be updated later. */
  display(bundle: MimeBundle, options?: { displayId?: string; update?: boolean }): void;
  /** Opens a channel to a widget; absent in tslab's kernel. */
  openComm?(target: string, data: object, metadata?: object): Comm;
  /** Asks the user for a line of text. */
  input(prompt: string): Promise<string>;
  /** Aborted when the running cell is interrupted; a fresh one for every cell. */
  readonly signal: AbortSignal;
}

/**
 * The kernel that runs this code: the spanlab kernel, or tslab's.
 *
 * @throws Error outside a notebook with one of them
 */
export function kernelHost(): KernelHost {
  const host = (globalThis as { [kernelKey]?: KernelHost })[kernelKey] ?? tslabHost();
  if (!host) throw new Error('this needs the spanlab kernel: run it in a notebook (see `spanlab install`)');
  return host;
}

/**
 * A signal that is aborted when the running cell is interrupted; give it to long work.
 *
 * @throws Error outside a notebook with the spanlab kernel
 * @example
 * ```ts
 * cellSignal().aborted // false
 * ```
 */
export function cellSignal(): AbortSignal {
  return kernelHost().signal;
}
