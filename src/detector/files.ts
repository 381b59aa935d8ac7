import { createPort } from '../base';
import type { Weights } from '../matrix';

/** Reads and writes safetensors files: weights and detectors. */
export interface BankFiles {
  /** @throws Error naming the file when it cannot be read or is not whole */
  read(path: string): Promise<Weights>;
  /** Writes a file whole or not at all. */
  write(path: string, content: Uint8Array): Promise<void>;
}

/** The file system. */
export const bankFiles = createPort<BankFiles>('a file system');
