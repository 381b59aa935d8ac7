import { createHash } from 'node:crypto';

/** An id of plain data: the same in every process. */
export function contentId(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 24);
}
