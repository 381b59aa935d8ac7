import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { assertRegularFile } from '../files';

/**
 * SHA-256 of a file's bytes.
 *
 * @param purpose what the file is, for the message
 * @throws Error naming the file when it cannot be read
 */
export async function fileChecksum(path: string, purpose: string): Promise<string> {
  const hash = createHash('sha256');
  await assertRegularFile(path).catch((cause) => {
    throw new Error(`cannot read ${purpose} ${path}: ${(cause as Error).message}`, { cause });
  });
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
