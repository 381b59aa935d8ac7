import { createHash } from 'node:crypto';
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { array, integer, minValue, number, optional, pipe, strictObject, string } from 'valibot';
import { parseAs, realSchema } from '../base';
import type { FeatureMaps } from '../features';
import type { Sample, SkippedSample } from '../images';
import { assertFinite, createFeatureMatrix, encodeSafetensors, type Tensor } from '../matrix';
import { makeFolder } from './make-folder';
import { packageVersion } from './package-version';
import { readSafetensors } from './read-safetensors';
import { writeFileAtomically } from './write-file-atomically';

/** Features of those samples of a list that could be used. */
interface StoredFeatures {
  samples: readonly Sample[];
  /** Where each of `samples` stands in the list. */
  indices: readonly number[];
  skipped: readonly SkippedSample[];
  maps: readonly FeatureMaps[];
}

/** Default limit on the bytes of all files together. */
const usualLimit = 4e9;

const natural = pipe(number(), integer(), minValue(0));
const positive = pipe(number(), integer(), minValue(1));
const axis = strictObject({ first: realSchema, step: realSchema });
const shapesSchema = array(
  strictObject({
    level: positive,
    count: positive,
    height: positive,
    width: positive,
    placement: optional(strictObject({ x: axis, y: axis })),
  }),
);
const skippedSchema = array(strictObject({ path: string(), reason: string() }));

/** The folder of cached features: `SPANLAB_CACHE`, or `~/.cache/spanlab`. */
export function cacheFolder(): string {
  return join(process.env.SPANLAB_CACHE ?? join(homedir(), '.cache', 'spanlab'), 'features');
}

/**
 * Features as files of a folder, by the parameters that decided them, the version of this package, and path, size and times of every image file,
 * those that could not be used among them. The files that were used longest ago are removed where they are too much together. A
 * file that cannot be read or is not exactly as it was written is passed over, and a full disk too: the features are computed
 * then. Images in memory have no file to know them by: their features are always computed.
 *
 * @param folder default {@link cacheFolder}
 * @param limit bytes of all files together
 */
export function folderFeatureStore(folder = cacheFolder(), limit = usualLimit) {
  return {
    async remember(
      key: string,
      samples: readonly Sample[],
      make: () => Promise<StoredFeatures>,
    ): Promise<StoredFeatures> {
      if (samples.some(({ pixels }) => pixels)) return make();
      // Before the images are read, so that one that changes meanwhile is seen the next time.
      const identity = JSON.stringify([packageVersion, key, await Promise.all(samples.map(identityOf))]);
      const path = join(folder, `${sha256([identity]).slice(0, 32)}.safetensors`);
      const known = await read(path, identity, samples).catch(() => undefined);
      if (known) return known;
      const made = await make();
      try {
        await makeFolder(folder);
        await writeFileAtomically(path, encode(identity, made));
        await removeOldest(folder, limit);
      } catch {
        return made;
      }
      return made;
    },
  };
}

/** Removes all cached features and returns the number of bytes that were freed. */
export async function clearFeatureStore(folder = cacheFolder()): Promise<number> {
  const files = await filesOf(folder);
  await rm(folder, { recursive: true, force: true });
  return files.reduce((sum, { size }) => sum + size, 0);
}

function encode(identity: string, { indices, skipped, maps }: StoredFeatures): Uint8Array {
  const tensors = new Map<string, Tensor>(
    maps.map(({ level, features }) => [
      `level${level}`,
      { shape: [features.rows, features.cols], data: features.data },
    ]),
  );
  const texts = {
    identity: sha256([identity]),
    indices: JSON.stringify(indices),
    skipped: JSON.stringify(skipped),
    maps: JSON.stringify(maps.map(({ features: _, ...shape }) => shape)),
  };
  return encodeSafetensors(tensors, { ...texts, checksum: checksumOf(texts, [...tensors.values()]) });
}

/** @throws Error when the file is not exactly as it was written, or was written for other images */
async function read(
  path: string,
  identity: string,
  samples: readonly Sample[],
): Promise<StoredFeatures | undefined> {
  const { tensors, metadata } = await readSafetensors(path);
  const { checksum, ...texts } = metadata;
  if (texts.identity !== sha256([identity])) return undefined;
  const shapes = parseAs(shapesSchema, JSON.parse(texts.maps), 'maps');
  const indices = parseAs(array(natural), JSON.parse(texts.indices), 'indices');
  const skipped = parseAs(skippedSchema, JSON.parse(texts.skipped), 'skipped');
  const ordered = shapes.map(({ level }) => tensors.get(`level${level}`)!);
  if (checksum !== checksumOf(texts, ordered)) return undefined;
  const isIncreasing = indices.every((index, at) => index < samples.length && !(index <= indices[at - 1]));
  if (!isIncreasing || indices.length + skipped.length !== samples.length) return undefined;
  const maps = shapes.map((shape, at): FeatureMaps => {
    const [rows, cols] = ordered[at].shape;
    if (shape.count !== indices.length || rows !== shape.count * shape.height * shape.width)
      throw new Error(`level ${shape.level} has ${rows} rows`);
    const features = createFeatureMatrix(rows, cols, ordered[at].data);
    assertFinite(features, `level ${shape.level}`);
    return { ...shape, features };
  });
  if (maps.length === 0 || indices.length === 0) return undefined;
  const now = new Date();
  await utimes(path, now, now);
  return { samples: indices.map((index) => samples[index]), indices, skipped, maps };
}

function checksumOf(texts: Readonly<Record<string, string>>, tensors: readonly Tensor[]): string {
  const { identity, indices, skipped, maps } = texts;
  const shapes = JSON.stringify(tensors.map(({ shape }) => shape));
  const bytes = tensors.map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return sha256([JSON.stringify([identity, indices, skipped, maps]), shapes, ...bytes]);
}

function sha256(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** Texts that identify the content of an image file: they change whenever the file does. */
async function identityOf({ path }: Sample): Promise<string[]> {
  const known = await stat(path, { bigint: true }).catch(() => undefined);
  return known ? [path, ...[known.size, known.mtimeNs, known.ctimeNs].map(String)] : [path];
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
