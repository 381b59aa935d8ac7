import type { FeatureMaps } from './feature-maps';
import { selectMaps, sliceMaps } from './feature-maps';

/** The features of many images at one level, which need not lie in memory together. */
export interface FeatureSource extends Omit<FeatureMaps, 'features'> {
  channels: number;
  /** Whether all values are known to be finite. */
  isFinite: boolean;
  /** The maps of images at `indices`, in that order; those of images that follow each other may be views. */
  read(indices: ArrayLike<number>): Promise<FeatureMaps>;
}

/** The number of images, and the size and channels of their maps. */
export type FeatureShape = Pick<FeatureSource, 'count' | 'height' | 'width' | 'channels' | 'ignored'>;

/** Blocks that are read at a time take about so many bytes. */
const blockBytes = 2 ** 26;

/** Maps in memory as a source; a source as it is. */
export function sourceOf(maps: FeatureMaps | FeatureSource): FeatureSource {
  if ('read' in maps) return maps;
  const { features, ...shape } = maps;
  return {
    ...shape,
    channels: features.cols,
    isFinite: false,
    read: async (indices) => {
      const [first, { length }] = [indices[0], indices];
      for (let at = 1; at < length; at++) if (indices[at] !== first + at) return selectMaps(maps, indices);
      return length > 0 ? sliceMaps(maps, first, first + length) : selectMaps(maps, []);
    },
  };
}

/** A source whose maps are changed as they are read; the change keeps their shape. */
export function changedSource(
  source: FeatureSource,
  change: (maps: FeatureMaps) => FeatureMaps,
): FeatureSource {
  return { ...source, isFinite: false, read: async (indices) => change(await source.read(indices)) };
}

/** The source of some images of another one. */
export function selectSource(source: FeatureSource, images: readonly number[]): FeatureSource {
  return {
    ...source,
    count: images.length,
    read: (indices) => source.read(Array.from(indices, (index) => images[index])),
  };
}

/** A source whose maps are without some positions. */
export function withoutPositions(source: FeatureSource, ignored: Uint8Array): FeatureSource {
  return {
    ...source,
    ignored,
    read: async (indices) => ({ ...(await source.read(indices)), ignored }),
  };
}

/** Positions of one image's map that are not left out. */
export function usedPositions({ height, width, ignored }: Omit<FeatureShape, 'count' | 'channels'>): number {
  return height * width - (ignored ? ignored.reduce((sum, value) => sum + (value ? 1 : 0), 0) : 0);
}

/** Positions of one image's map. */
export function positionsOf({ height, width }: Pick<FeatureShape, 'height' | 'width'>): number {
  return height * width;
}

/**
 * Images of a source in blocks that fit into memory, in order.
 *
 * @param images default: all
 * @param size images of a block; default: as many as take about 64 MB
 */
export async function* blocksOf(
  source: FeatureSource,
  images: ArrayLike<number> = Array.from({ length: source.count }, (_, image) => image),
  size = Math.max(1, Math.floor(blockBytes / (4 * positionsOf(source) * source.channels))),
): AsyncGenerator<{ images: number[]; maps: FeatureMaps }> {
  for (let start = 0; start < images.length; start += size) {
    const own = Array.from({ length: Math.min(size, images.length - start) }, (_, at) => images[start + at]);
    yield { images: own, maps: await source.read(own) };
  }
}

/** All maps of a source together, in memory. */
export function readAll(source: FeatureSource): Promise<FeatureMaps> {
  return source.read(Array.from({ length: source.count }, (_, image) => image));
}
