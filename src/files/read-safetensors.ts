import { createHash } from 'node:crypto';
import { parseSafetensors, type Weights } from '../matrix';
import { readRegularFile } from './read-regular-file';

/**
 * Reads a safetensors file with {@link parseSafetensors}.
 *
 * @throws Error naming the file when it cannot be read, and as {@link parseSafetensors} does
 */
export async function readSafetensors(path: string): Promise<Weights> {
  let bytes: Buffer;
  try {
    bytes = await readRegularFile(path);
  } catch (cause) {
    throw new Error(`cannot read weights ${path}: ${(cause as Error).message}`, { cause });
  }
  return parseSafetensors(bytes, { source: path, sha256: createHash('sha256').update(bytes).digest('hex') });
}
