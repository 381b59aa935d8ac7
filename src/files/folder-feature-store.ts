import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createFeatureMatrix, encodeSafetensors, type Tensor } from '../matrix';
import type { FeatureMaps } from '../features';
import type { Sample } from '../images';
import { readSafetensors } from './read-safetensors';
import { writeFileAtomically } from './write-file-atomically';

/** Features of images and the samples that they are of. */
interface StoredFeatures {
  samples: readonly Sample[];
  maps: readonly FeatureMaps[];
}

/** Bytes of all files together. */
const usualLimit = 4e9;

/** The folder of cached features: `SPANLAB_CACHE`, or `~/.cache/spanlab`. */
export function cacheFolder(): string {
  return join(process.env.SPANLAB_CACHE ?? join(homedir(), '.cache', 'spanlab'), 'features');
}

/**
 * Features as files of a folder, by what decided them and by the size and time of every image file. The files that were used
 * longest ago are removed where they are too much together. A file that cannot be read is passed over, and a full disk too: the
 * features are computed then.
 *
 * @param folder default {@link cacheFolder}
 * @param limit bytes of all files together
 */
export function folderFeatureStore(folder = cacheFolder(), limit = usualLimit) {
  const pathOf = (key: string) =>
    join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.safetensors`);
  return {
    async read(key: string): Promise<StoredFeatures | undefined> {
      const path = pathOf(key);
      try {
        const { tensors, metadata } = await readSafetensors(path);
        const samples = JSON.parse(metadata.samples) as Sample[];
        if (metadata.key !== key || metadata.stamp !== (await stampOf(samples))) return undefined;
        const now = new Date();
        await utimes(path, now, now);
        return { samples, maps: mapsOf(tensors, JSON.parse(metadata.maps)) };
      } catch {
        return undefined;
      }
    },
    async write(key: string, { samples, maps }: StoredFeatures): Promise<void> {
      const tensors = new Map<string, Tensor>(
        maps.map(({ level, features }) => [
          `level${level}`,
          { shape: [features.rows, features.cols], data: features.data },
        ]),
      );
      const shapes = maps.map(({ features: _, ...shape }) => shape);
      const stamp = await stampOf(samples);
      const metadata = { key, stamp, samples: JSON.stringify(samples), maps: JSON.stringify(shapes) };
      try {
        await mkdir(folder, { recursive: true });
        await writeFileAtomically(pathOf(key), encodeSafetensors(tensors, metadata));
        await removeOldest(folder, limit);
      } catch {
        return;
      }
    },
  };
}

/** Removes all cached features; gives the bytes that were freed. */
export async function clearFeatureStore(folder = cacheFolder()): Promise<number> {
  const files = await filesOf(folder);
  await rm(folder, { recursive: true, force: true });
  return files.reduce((sum, { size }) => sum + size, 0);
}

function mapsOf(
  tensors: ReadonlyMap<string, Tensor>,
  shapes: readonly Omit<FeatureMaps, 'features'>[],
): FeatureMaps[] {
  return shapes.map((shape) => {
    const { shape: size, data } = tensors.get(`level${shape.level}`)!;
    return { ...shape, features: createFeatureMatrix(size[0], size[1], data) };
  });
}

/** What changes when an image file does. */
async function stampOf(samples: readonly Sample[]): Promise<string> {
  const hash = createHash('sha256');
  for (const { path } of samples) {
    const { size, mtimeMs } = await stat(path);
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

async function filesOf(folder: string) {
  const names = await readdir(folder).catch(() => []);
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const { size, mtimeMs } = await stat(path);
      return { path, size, mtimeMs };
    }),
  );
}

async function removeOldest(folder: string, limit: number): Promise<void> {
  const files = (await filesOf(folder)).sort((a, b) => b.mtimeMs - a.mtimeMs);
  let total = 0;
  for (const { path, size } of files) {
    total += size;
    if (total > limit) await rm(path, { force: true });
  }
}
