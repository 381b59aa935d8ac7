import { readdir, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { glob, isDynamicPattern } from 'tinyglobby';
import { imageExtensions, isWithin } from '../files';

/** The images that arguments name. */
interface Inputs {
  /** Each path once, in the order of the arguments. */
  paths: string[];
  /** One sentence for everything in a folder that is left out. */
  leftOut: string[];
}

/**
 * Paths of the images that arguments name: a file stands for itself, whatever its name; a folder for the images in it and below, including
 * links to files; a glob pattern for the images that match; `-` for a list on standard input, one path per line. Links to folders are left out, so
 * that loops of them end, and so is the folder that results are written to.
 *
 * @param out the folder that results are written to
 * @throws Error naming an argument that means no image; RangeError when results would lie among the images
 */
export async function listInputs(
  names: readonly string[],
  input: NodeJS.ReadableStream,
  out?: string,
): Promise<Inputs> {
  const paths = new Set<string>();
  const leftOut: string[] = [];
  for (const name of names) {
    const found = name === '-' ? await linesOf(input) : await imagesOf(name, leftOut);
    const own = found.filter((path) => out === undefined || !isWithin(path, out));
    if (own.length < found.length) {
      if (resolve(name) === resolve(out!))
        throw new RangeError(
          `--out is ${out}, the folder of the images; give another, so that overlays are not scored`,
        );
      leftOut.push(`${found.length - own.length} images in ${out}, where results are written, are left out`);
    }
    if (own.length === 0) {
      throw new Error(
        `${name === '-' ? 'standard input' : name} means no image: give image files, folders of them, or globs`,
      );
    }
    for (const path of own) paths.add(path);
  }
  return { paths: [...paths], leftOut };
}

async function imagesOf(name: string, leftOut: string[]): Promise<string[]> {
  const kind = await stat(name).catch(() => null);
  if (kind?.isDirectory()) return imagesIn(name, leftOut);
  if (kind || !isDynamicPattern(name)) return [name];
  const options = { absolute: isAbsolute(name), followSymbolicLinks: false, expandDirectories: false };
  return (await glob(name, options)).filter(hasImageExtension).sort();
}

async function imagesIn(folder: string, leftOut: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isDirectory()) continue;
    const isFolder = entry.isSymbolicLink() && (await stat(path).catch(() => null))?.isDirectory();
    if (isFolder) leftOut.push(`${path} is a link to a folder and is left out: name the folder itself`);
    else if (hasImageExtension(entry.name)) found.push(path);
  }
  return found.sort();
}

function hasImageExtension(path: string): boolean {
  return imageExtensions.has(path.slice(path.lastIndexOf('.')).toLowerCase());
}

async function linesOf(input: NodeJS.ReadableStream): Promise<string[]> {
  const paths: string[] = [];
  for await (const line of createInterface({ input })) if (line.trim()) paths.push(line);
  return paths;
}
