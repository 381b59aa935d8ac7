import { createHash } from 'node:crypto';

/** Bytes that file systems allow a name. */
const longestName = 255;

/**
 * A file's name that is short enough for file systems: one that is too long is clipped, and told apart by a hash of the whole.
 *
 * @param name without folder
 * @param reserved bytes for what is appended, such as an extension
 */
export function clipName(name: string, reserved = 0): string {
  const room = longestName - reserved;
  if (Buffer.byteLength(name) <= room) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  let clipped = '';
  let bytes = 0;
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > room - hash.length - 1) break;
    clipped += character;
  }
  return `${clipped}-${hash}`;
}
