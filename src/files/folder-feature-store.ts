import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  assertUsable,
  type ExtractorLevel,
  type FeatureMaps,
  type FeatureRequest,
  type FeatureSource,
  type FeatureStore,
  indicesIn,
} from '../features';
import type { Sample, SkippedSample } from '../images';
import { assertFinite, createFeatureMatrix } from '../matrix';
import { packageVersion } from './package-version';
import { writeFileAtomically } from './write-file-atomically';

/** Default limit on the bytes of all files together. */
const usualLimit = 4e9;
const checksumBytes = 32;

/** The folder of cached features: `SPANLAB_CACHE`, or `~/.cache/spanlab`. */
export function cacheFolder(): string {
  return join(process.env.SPANLAB_CACHE ?? join(homedir(), '.cache', 'spanlab'), 'features');
}

/** Removes all cached features and returns the number of bytes that were freed. */
export async function clearFeatureStore(folder = cacheFolder()): Promise<number> {
  const files = await filesOf(folder);
  await rm(folder, { recursive: true, force: true });
  return files.reduce((sum, { size }) => sum + size, 0);
}

/**
 * Features as files of a folder, one for every image: by the content of the image's file, what decides its features beside that, and the version
 * of this package. A file holds the levels one after the other, little-endian single precision, and a SHA-256 of its name and them; one that
 * is not exactly as it was written is passed over, and a full disk too: the features are then computed, and kept in memory. Features are read from
 * the files, image by image, when they are needed.
 *
 * @param folder default {@link cacheFolder}
 * @param limit bytes of all files together once features are closed; those that were used longest ago are removed
 */
export function folderFeatureStore(folder = cacheFolder(), limit = usualLimit): FeatureStore {
  return {
    async open(request) {
      const { samples, levels, key, extract } = request;
      const names = await namesOf(samples, [packageVersion, key, shapesOf(levels)]);
      const missing: number[] = [];
      for (const [index, name] of names.entries())
        if (!name || !(await isWhole(join(folder, name), name, bytesOf(levels)))) missing.push(index);
      const spare = new Map<number, Float32Array[]>();
      const skipped: SkippedSample[] = [];
      const lost = new Set(missing);
      let at = 0;
      for await (const batch of extract(
        missing.map((index) => samples[index]),
        (one) => void skipped.push(one),
      ))
        for (const [place, sample] of batch.samples.entries()) {
          while (samples[missing[at]] !== sample) at++;
          const index = missing[at++];
          lost.delete(index);
          const values = batch.maps.map((maps) => imageValues(maps, place));
          const isKept = await keep(folder, { sample, name: names[index], values });
          if (!isKept) spare.set(index, values);
        }
      const used = samples.filter((_, index) => !lost.has(index));
      assertUsable(used);
      const indices = indicesIn(samples, used);
      const maps = levels.map((_, level) => sourceAt({ folder, names, indices, spare, request }, level));
      return { samples: used, indices, skipped, maps, close: () => removeOldest(folder, limit) };
    },
  };
}

/** Features as files of a temporary folder, which goes when they are closed or the process exits. */
export function temporaryFeatureStore(): FeatureStore {
  return {
    async open(request) {
      const folder = await mkdtemp(join(tmpdir(), 'spanlab-features-'));
      const close = () => rm(folder, { recursive: true, force: true });
      try {
        return { ...(await folderFeatureStore(folder).open(request)), close };
      } catch (error) {
        await close();
        throw error;
      }
    },
  };
}

/** Where the features of the samples that could be used are. */
interface Places {
  folder: string;
  /** The file of each sample of the request. */
  names: readonly (string | undefined)[];
  /** The samples that could be used. */
  indices: readonly number[];
  /** Features that could not be written, by sample, level by level. */
  spare: Map<number, Float32Array[]>;
  request: FeatureRequest;
}

function sourceAt({ folder, names, indices, spare, request }: Places, at: number): FeatureSource {
  const { level, height, width, channels, placement } = request.levels[at];
  const size = height * width * channels;
  const start = bytesOf(request.levels.slice(0, at));
  const valuesOf = async (index: number): Promise<Float32Array> => {
    const read = spare.get(index)?.[at] ?? readValues(join(folder, names[index]!), start, size);
    if (read) return read;
    // The file has gone, e.g. by the limit of another process.
    for await (const { maps } of request.extract([request.samples[index]]))
      spare.set(
        index,
        maps.map((own) => imageValues(own, 0)),
      );
    return spare.get(index)![at];
  };
  return {
    ...{ level, count: indices.length, height, width, channels, placement, isFinite: true },
    async read(images) {
      const features = createFeatureMatrix(images.length * height * width, channels);
      for (let place = 0; place < images.length; place++)
        features.data.set(await valuesOf(indices[images[place]]), place * size);
      return { level, count: images.length, height, width, placement, features };
    },
  };
}

function readValues(path: string, start: number, size: number): Float32Array | undefined {
  const values = new Float32Array(size);
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const read = readSync(file, values, 0, values.byteLength, start);
    return read === values.byteLength ? values : undefined;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The features of one image of a batch, copied. */
function imageValues({ height, width, features }: FeatureMaps, place: number): Float32Array {
  const size = height * width * features.cols;
  return features.data.slice(place * size, (place + 1) * size);
}

/** Writes the features of an image; false where that is not possible, or the image has changed since its name was found. */
async function keep(
  folder: string,
  { sample, name, values }: { sample: Sample; name: string | undefined; values: readonly Float32Array[] },
): Promise<boolean> {
  for (const own of values)
    assertFinite(createFeatureMatrix(1, own.length, own), `features of ${sample.path}`);
  const [, content] = name?.split('/') ?? [];
  if (!name || content !== (await contentOf(sample))) return false;
  const parts = values.map((own) => new Uint8Array(own.buffer, own.byteOffset, own.byteLength));
  const checksum = sha256([name, ...parts]);
  return writeFileAtomically(join(folder, name), Buffer.concat([...parts, checksum])).then(
    () => true,
    () => false,
  );
}

/** Whether a file is exactly as it was written; one that is counts as used now. */
async function isWhole(path: string, name: string, size: number): Promise<boolean> {
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes?.length !== size + checksumBytes) return false;
  if (!sha256([name, bytes.subarray(0, size)]).equals(bytes.subarray(size))) return false;
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
  return true;
}

/** The file of each sample, `KEY/CONTENT`; undefined for one that cannot be read. */
async function namesOf(
  samples: readonly Sample[],
  identity: readonly string[],
): Promise<(string | undefined)[]> {
  const key = sha256([JSON.stringify(identity)])
    .toString('hex')
    .slice(0, 32);
  const names: (string | undefined)[] = [];
  for (const sample of samples) {
    const content = await contentOf(sample);
    names.push(content && `${key}/${content}`);
  }
  return names;
}

async function contentOf({ path, pixels }: Sample): Promise<string | undefined> {
  if (pixels) {
    const { width, height, data } = pixels;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return sha256([`${width}x${height}`, bytes]).toString('hex');
  }
  const known = await stat(path).catch(() => undefined);
  if (!known?.isFile()) return undefined;
  const bytes = await readFile(path).catch(() => undefined);
  return bytes && sha256([bytes]).toString('hex');
}

function shapesOf(levels: readonly ExtractorLevel[]): string {
  return JSON.stringify(levels.map(({ level, height, width, channels }) => [level, height, width, channels]));
}

function bytesOf(levels: readonly ExtractorLevel[]): number {
  return levels.reduce((sum, { height, width, channels }) => sum + 4 * height * width * channels, 0);
}

function sha256(parts: readonly (string | Uint8Array)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

async function filesOf(folder: string) {
  const found: { path: string; size: number; mtimeMs: number }[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const known = entry.isFile() ? await stat(path).catch(() => undefined) : undefined;
    if (known) found.push({ path, size: known.size, mtimeMs: known.mtimeMs });
  }
  return found;
}

async function removeOldest(folder: string, limit: number): Promise<void> {
  const files = (await filesOf(folder)).sort((a, b) => b.mtimeMs - a.mtimeMs);
  let total = 0;
  for (const { path, size } of files) {
    total += size;
    if (total > limit) await rm(path, { force: true });
  }
}
