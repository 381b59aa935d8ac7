import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { dirname, relative, sep } from 'node:path';
import { isWithin } from '../files';
import type { Dataset } from '../images';

/**
 * SHA-256 of a data set's contents: every image's path below the common folder, its size in bytes, its split and its label. It stays
 * the same when the folder is moved or copied; a file that cannot be read counts as empty.
 */
export async function dataChecksum({ samples }: Pick<Dataset, 'samples'>): Promise<string> {
  const root = commonFolder(samples.map(({ path }) => path));
  const lines = await Promise.all(
    samples.map(async ({ path, split, label, defect, maskPath, furtherMaskPaths = [] }) => {
      const sizes = await Promise.all(
        [path, maskPath, ...furtherMaskPaths].map((file) =>
          file
            ? stat(file).then(
                ({ size }) => size,
                () => 0,
              )
            : 0,
        ),
      );
      const place = relative(root, path).split(sep).join('/');
      return JSON.stringify([place, split, label, defect, ...sizes]);
    }),
  );
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}

function commonFolder(paths: readonly string[]): string {
  let common = dirname(paths[0] ?? '.');
  for (const path of paths)
    while (common !== dirname(common) && !isWithin(path, common)) common = dirname(common);
  return common;
}
