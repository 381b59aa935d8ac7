import { createFeatureMatrix, type FeatureMaps, type FeatureMatrix } from '../features';
import { type Encoder, gramOf, reconstruct, type Solver, type SparseCodes, signalsOf } from '../subspace';
import type { LevelModel } from './level-model';

/** Encoders of all positions are kept while they take less than this; else they are made anew for every batch. */
const largestCache = 1.5e9;

/**
 * Positions: the feature at a position is rebuilt from the features around the same position of the exemplar images.
 *
 * @param bank normalized maps of the exemplar images
 * @param images their indices among the nominal images
 * @param window side of the square of positions around, odd. Beyond the border there are fewer. Atom
 *   `(exemplar * window + row) * window + column`; one beyond the border is zero
 */
export async function positionModel(
  bank: FeatureMaps,
  images: Uint32Array,
  window: number,
  solver: Solver,
): Promise<LevelModel> {
  const { height, width } = bank;
  const { cols } = bank.features;
  const positions = height * width;
  const perImage = window * window;
  const atoms = images.length * perImage;
  const encoders: (Promise<Encoder> | undefined)[] = new Array(positions);
  const keep = positions * atoms * atoms * 16 <= largestCache;

  const dictionaryAt = (position: number): FeatureMatrix => {
    const dictionary = createFeatureMatrix(atoms, cols);
    const reach = (window - 1) / 2;
    const [row, col] = [Math.floor(position / width), position % width];
    let atom = 0;
    for (let image = 0; image < images.length; image++) {
      for (let y = row - reach; y <= row + reach; y++) {
        for (let x = col - reach; x <= col + reach; x++, atom++) {
          if (y < 0 || x < 0 || y >= height || x >= width) continue;
          const at = (image * positions + y * width + x) * cols;
          dictionary.data.set(bank.features.data.subarray(at, at + cols), atom * cols);
        }
      }
    }
    return dictionary;
  };

  return {
    async rebuild(maps, own) {
      const rebuilt = createFeatureMatrix(maps.features.rows, cols);
      const centre = (perImage - 1) / 2;
      const excluded =
        own &&
        Int32Array.from(own, (image) => {
          const exemplar = images.indexOf(image);
          return exemplar < 0 ? -1 : exemplar * perImage + centre;
        });
      const parts: SparseCodes[] = [];
      for (let position = 0; position < positions; position++) {
        const dictionary = dictionaryAt(position);
        const made = encoders[position] ?? gramOf(dictionary).then(solver);
        if (keep) encoders[position] = made;
        const targets = createFeatureMatrix(maps.count, cols);
        for (let image = 0; image < maps.count; image++) {
          const at = (image * positions + position) * cols;
          targets.data.set(maps.features.data.subarray(at, at + cols), image * cols);
        }
        const signals = await signalsOf(targets, dictionary);
        if (excluded) signals.excluded = excluded;
        const codes = await (await made)(signals);
        const features = await reconstruct(codes, dictionary);
        for (let image = 0; image < maps.count; image++) {
          const row = features.data.subarray(image * cols, (image + 1) * cols);
          rebuilt.data.set(row, (image * positions + position) * cols);
        }
        parts.push(codes);
      }
      return { rebuilt, codes: interleave(parts, maps.count, atoms) };
    },
  };
}

/** Codes of all positions, each a row per image, as one row per image and position. */
function interleave(parts: SparseCodes[], count: number, atoms: number): SparseCodes {
  const rows = count * parts.length;
  const rowStarts = new Uint32Array(rows + 1);
  const total = parts.reduce((sum, part) => sum + part.values.length, 0);
  const indices = new Uint32Array(total);
  const values = new Float64Array(total);
  let length = 0;
  for (let image = 0; image < count; image++) {
    for (let position = 0; position < parts.length; position++) {
      const part = parts[position];
      const [start, end] = [part.rowStarts[image], part.rowStarts[image + 1]];
      indices.set(part.indices.subarray(start, end), length);
      values.set(part.values.subarray(start, end), length);
      length += end - start;
      rowStarts[image * parts.length + position + 1] = length;
    }
  }
  return { rows, cols: atoms, rowStarts, indices, values };
}
