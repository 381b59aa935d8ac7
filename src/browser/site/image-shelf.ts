import { LRUCache } from 'lru-cache';
import {
  checkFraming,
  emptyMask,
  type Framing,
  type LoadedSample,
  type Mask,
  type RgbImage,
  type SampleLoader,
  toBytes,
} from '../../images';
import { type ByteImage, frameImage, frameMask, halve, halvingsFor } from '../../images/frame-image';
import type { OwnImage } from './protocol';
import { readImage } from './read-image';

/** Where the pictures of samples come from, by the samples' paths. */
export type Source = OwnImage | { image: ByteImage; mask: Mask };

/** Bytes of images that are kept at the sizes they were asked for. */
const kept = 200e6;

/**
 * A loader of samples that decodes one file at a time, and keeps of each only what it was scaled to: two hundred photographs of 12
 * megapixels need the memory of one. When a file is decoded it is scaled to all sizes in `sizes`, so that it is decoded once.
 *
 * @param onRead called after every file that was decoded
 */
export function imageShelf(
  sources: ReadonlyMap<string, Source>,
  sizes: readonly Framing[],
  onRead: () => void,
): SampleLoader {
  const known = new LRUCache<string, Uint8Array>({ maxSize: kept, sizeCalculation: ({ length }) => length });
  let last: Promise<unknown> = Promise.resolve();
  const oneAtATime = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
  const keyOf = (path: string, framing: Framing) =>
    JSON.stringify([path, framing.size, framing.fit, framing.resize]);
  const imageOf = (path: string, framing: Framing) =>
    oneAtATime(async (): Promise<RgbImage> => {
      const bytes = known.get(keyOf(path, framing));
      if (bytes) return floatsOf(bytes, framing);
      const source = sources.get(path);
      if (!source) throw new Error(`the image ${path} is not here: add it to the good images`);
      const decoded = 'file' in source ? await readImage(source) : source.image;
      const isJpeg = 'file' in source && source.file.type === 'image/jpeg';
      for (const one of [...sizes, framing]) {
        const smaller = isJpeg ? halve(decoded, halvingsFor(decoded, one)) : decoded;
        known.set(keyOf(path, one), toBytes(frameImage(smaller, one).data));
      }
      onRead();
      return floatsOf(known.get(keyOf(path, framing))!, framing);
    });
  return async (sample, { image: framing = {}, mask: maskFraming = framing } = {}): Promise<LoadedSample> => {
    const image = await imageOf(sample.path, framing);
    const source = sources.get(sample.path);
    if (source && 'mask' in source) return { ...sample, image, mask: frameMask(source.mask, maskFraming) };
    const mask = sample.label === 'nominal' ? emptyMask(checkFraming(maskFraming)) : null;
    return { ...sample, image, mask };
  };
}

function floatsOf(bytes: Uint8Array, framing: Framing): RgbImage {
  const { width, height } = checkFraming(framing);
  return { width, height, data: Float32Array.from(bytes, (value) => value / 255) };
}
