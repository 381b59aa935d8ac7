import { stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { glob, isDynamicPattern } from 'tinyglobby';
import { describeUnused, hasImageExtension, isWithin, kindOf, type UnusedPath, walkImages } from '../files';

/** The images that arguments name. */
interface Inputs {
  /** Each path once, in the order of the arguments. */
  paths: string[];
  /** A sentence for each reason to leave out what is in the folders. */
  leftOut: string[];
}

/**
 * Paths of the images that arguments name: a file stands for itself, whatever its name; a folder for the images in it and below, as
 * {@link walkImages} finds them; a glob pattern for the images that match; `-` for a list on standard input, one path per line. The
 * folder that results are written to is left out.
 *
 * @param out the folder that results are written to
 * @throws Error naming an argument that means no image, or is a pipe, a socket or a device, which would never end; RangeError when results would lie among the images
 */
export async function listInputs(
  names: readonly string[],
  input: NodeJS.ReadableStream,
  out?: string,
): Promise<Inputs> {
  const paths = new Set<string>();
  const leftOut: string[] = [];
  const unused: UnusedPath[] = [];
  for (const name of names) {
    const found = name === '-' ? await linesOf(input) : await imagesOf(name, unused);
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
  return { paths: [...paths], leftOut: [...leftOut, ...describeUnused(unused)] };
}

async function imagesOf(name: string, unused: UnusedPath[]): Promise<string[]> {
  const stats = await stat(name).catch(() => null);
  const kind = stats && kindOf(stats);
  if (kind === 'folder') {
    const walked = await walkImages(name);
    unused.push(...walked.unused);
    return walked.images;
  }
  if (kind && kind !== 'file')
    throw new Error(`${name} is a ${kind}; expected image files, folders of them, or globs`);
  if (kind || !isDynamicPattern(name)) return [name];
  const options = { absolute: isAbsolute(name), followSymbolicLinks: false, expandDirectories: false };
  return (await glob(name, options)).filter(hasImageExtension).sort();
}

async function linesOf(input: NodeJS.ReadableStream): Promise<string[]> {
  const paths: string[] = [];
  for await (const line of createInterface({ input })) if (line.trim()) paths.push(line);
  return paths;
}
