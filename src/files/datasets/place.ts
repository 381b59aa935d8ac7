import { dirname, parse, relative, sep } from 'node:path';

/** Where a file lies in a data set. */
export interface Place {
  path: string;
  /** Names of the folders from the data set's down to the file's. */
  folders: readonly string[];
  /** File name without extension. */
  stem: string;
}

/** Where a file lies below a folder. */
export function placeIn(root: string, path: string): Place {
  const way = relative(root, dirname(path));
  return { path, folders: way === '' ? [] : way.split(sep), stem: parse(path).name };
}

/** The folders below `parents`, whose names may be in upper or lower case; undefined where the file does not lie in them. */
export function foldersBelow({ folders }: Place, parents: readonly string[]): readonly string[] | undefined {
  const isBelow = parents.every((name, at) => folders[at]?.toLowerCase() === name.toLowerCase());
  return isBelow ? folders.slice(parents.length) : undefined;
}
