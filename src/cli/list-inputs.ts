import { createInterface } from 'node:readline';
import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { imageExtensions } from '../files';

/**
 * Paths of the images that arguments mean: a file is itself, whatever its name; a folder is the images in it and below; a glob
 * pattern is the images that match; `-` is a list on standard input, a path a line. Each path once, in this order.
 *
 * Symbolic links to folders are not followed, so that loops of them end.
 *
 * @throws Error naming an argument that means no image
 */
export async function listInputs(names: readonly string[], input: NodeJS.ReadableStream): Promise<string[]> {
  const paths = new Set<string>();
  for (const name of names) {
    const found = name === '-' ? await linesOf(input) : await imagesOf(name);
    if (found.length === 0) {
      throw new Error(
        `${name === '-' ? 'standard input' : name} means no image: give image files, folders of them, or globs`,
      );
    }
    for (const path of found) paths.add(path);
  }
  return [...paths];
}

async function imagesOf(name: string): Promise<string[]> {
  const kind = await stat(name).catch(() => null);
  const options = { absolute: false, followSymbolicLinks: false, expandDirectories: false };
  if (kind?.isDirectory()) {
    const found = await glob('**/*', { ...options, cwd: name });
    return found
      .filter(hasImageExtension)
      .sort()
      .map((path) => `${name.replace(/\/+$/, '')}/${path}`);
  }
  if (kind || !isDynamicPattern(name)) return [name];
  return (await glob(name, { ...options, absolute: isAbsolute(name) })).filter(hasImageExtension).sort();
}

function hasImageExtension(path: string): boolean {
  return imageExtensions.has(path.slice(path.lastIndexOf('.')).toLowerCase());
}

async function linesOf(input: NodeJS.ReadableStream): Promise<string[]> {
  const paths: string[] = [];
  for await (const line of createInterface({ input })) if (line.trim()) paths.push(line);
  return paths;
}
