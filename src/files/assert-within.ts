import { realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isWithin } from './is-within';

/**
 * Checks that a path lies in a folder, links followed; the path itself need not be there.
 *
 * @param named the path under the name by which the user knows it
 * @param remedy what to do otherwise
 * @throws RangeError naming path and folder
 */
export async function assertWithin(
  named: Readonly<Record<string, string>>,
  folder: string,
  remedy: string,
): Promise<void> {
  const [[name, path]] = Object.entries(named);
  if (!isWithin(await realPlace(path), await realPlace(folder)))
    throw new RangeError(`${name} is ${path}; expected a path in ${resolve(folder)}: ${remedy}`);
}

/** The place of a path whose last folders may be missing. */
async function realPlace(path: string): Promise<string> {
  const absolute = resolve(path);
  const parent = dirname(absolute);
  try {
    return await realpath(absolute);
  } catch {
    return parent === absolute ? absolute : join(await realPlace(parent), absolute.slice(parent.length));
  }
}
