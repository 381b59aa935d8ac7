import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { LRUCache } from 'lru-cache';
import type { AnnotationFile } from './annotation';
import { isCoco, readCoco } from './coco';
import { isLabelMe, readLabelMe } from './labelme';
import { isYolo, readYolo } from './yolo';

/** Whether a path ends as files of polygons and boxes do: `.json` for LabelMe and COCO, `.txt` for YOLO. */
export function mayAnnotate(path: string): boolean {
  return ['.json', '.txt'].includes(extname(path).toLowerCase());
}

/** Files that were read last: a COCO file annotates all images of a folder. */
const known = new LRUCache<string, Promise<AnnotationFile | undefined>>({ max: 16 });

/**
 * The polygons and boxes of a file, or undefined where it is of none of the formats of LabelMe, COCO and YOLO.
 *
 * @throws Error naming the file when it cannot be read, or says its format and is not as that has it
 */
export async function readAnnotations(path: string): Promise<AnnotationFile | undefined> {
  const { size, mtimeMs } = await stat(path);
  const key = JSON.stringify([path, size, mtimeMs]);
  const before = known.get(key);
  if (before) return before;
  const read = parse(path).catch((cause) => {
    known.delete(key);
    throw new Error(
      `cannot read annotations ${path}: ${(cause as Error).message}; correct the file or leave it out`,
      { cause },
    );
  });
  known.set(key, read);
  return read;
}

async function parse(path: string): Promise<AnnotationFile | undefined> {
  const text = (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  if (extname(path).toLowerCase() === '.txt')
    return isYolo(text) ? { of: 'one image', annotation: readYolo(text) } : undefined;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (isLabelMe(json)) return { of: 'one image', annotation: readLabelMe(json) };
  return isCoco(json) ? readCoco(json) : undefined;
}
