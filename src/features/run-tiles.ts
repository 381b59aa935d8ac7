import type { RgbImage, Size } from '../images';
import type { Engine, EngineOutput } from './engines/engine';
import type { NetworkOutput } from './network';

/** How an image is cut into tiles. */
export interface TileOptions {
  /** Side of a tile, in pixels. */
  tile: number;
  /** How far a tile reaches beyond the part of it that is kept, in pixels. */
  overlap: number;
}

/** A stretch of an axis: where its tile begins, and which part of the tile is kept. */
interface Stretch {
  start: number;
  from: number;
  to: number;
}

/**
 * Runs an engine tile by tile and puts the maps together; only one tile's maps are in memory beside the whole ones. Tiles begin at
 * multiples of every stride, so that their positions are those of the whole image.
 *
 * @param engine compiled for tiles
 */
export function runTiles(
  engine: Engine,
  outputs: readonly NetworkOutput[],
  { size, tile, overlap }: TileOptions & { size: Size },
): (images: readonly RgbImage[]) => Promise<EngineOutput[]> {
  const columns = stretches(size.width, tile, overlap);
  const rows = stretches(size.height, tile, overlap);
  return async (images) => {
    const wholes = outputs.map(({ channels, stride }): EngineOutput => {
      const [height, width] = [size.height / stride, size.width / stride];
      const data = new Float32Array(images.length * height * width * channels);
      return { count: images.length, height, width, channels, data };
    });
    for (const [image, source] of images.entries()) {
      for (const row of rows) {
        for (const column of columns) {
          const parts = await engine.run(cut(source, { left: column.start, top: row.start, tile }), 1);
          parts.forEach((part, index) =>
            put(wholes[index], part, { image, row, column, stride: outputs[index].stride }),
          );
        }
      }
    }
    return wholes;
  };
}

/** Stretches that cover an axis. Each keeps the positions that are at least `overlap` from the tile's edges, except where an edge is also the image's. */
function stretches(length: number, tile: number, overlap: number): Stretch[] {
  const found: Stretch[] = [];
  for (let from = 0; from < length;) {
    const start = Math.min(Math.max(0, from - overlap), length - tile);
    const to = start + tile === length ? length : start + tile - overlap;
    found.push({ start, from, to });
    from = to;
  }
  return found;
}

/** A part of an image. */
function cut(
  { width, data }: RgbImage,
  { left, top, tile }: { left: number; top: number; tile: number },
): Float32Array {
  const pixels = new Float32Array(3 * tile * tile);
  for (let y = 0; y < tile; y++) {
    const from = ((top + y) * width + left) * 3;
    pixels.set(data.subarray(from, from + tile * 3), y * tile * 3);
  }
  return pixels;
}

/** Copies the kept part of a tile's map into the whole map. */
function put(
  whole: EngineOutput,
  part: EngineOutput,
  { image, row, column, stride }: { image: number; row: Stretch; column: Stretch; stride: number },
): void {
  const { width, height, channels } = whole;
  const left = (column.from - column.start) / stride;
  const kept = (column.to - column.from) / stride;
  for (let y = row.from / stride; y < row.to / stride; y++) {
    const from = ((y - row.start / stride) * part.width + left) * channels;
    const at = ((image * height + y) * width + column.from / stride) * channels;
    whole.data.set(part.data.subarray(from, from + kept * channels), at);
  }
}
