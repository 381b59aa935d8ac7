import { type FeatureMaps, positionFeatures } from '../../features';
import { createFeatureMatrix, type FeatureMatrix, rowRange } from '../../matrix';
import {
  encoderWith,
  type Encoding,
  gramOf,
  reconstruct,
  signalsOf,
  type SparseCodes,
  stackCodes,
} from '../../subspace';
import { type Granularity, type LeftOut, type LevelModel, rowPerPosition } from './granularity';
import { exemplarMaps, imagesOf, wholeImages } from './whole-images';

/** Encoders of all positions are kept while they take less than so many bytes; else they are made anew for every batch. */
const largestCache = 1.5e9;

/**
 * Positions: the feature at a position is reconstructed from the features around the same position of the exemplar images. The codes
 * have a row per position, and atom `(exemplar * window + row) * window + column`; one beyond the border is zero.
 */
export const position: Granularity = {
  ...wholeImages,
  async model(level, set, solver): Promise<LevelModel> {
    const images = imagesOf(set.origins);
    const maps = exemplarMaps(level, set);
    const { height, width, features } = maps;
    const positions = height * width;
    const perImage = set.window ** 2;
    const atoms = images.length * perImage;
    const encodings: (Promise<Encoding> | undefined)[] = new Array(positions);
    const keep = positions * atoms * atoms * 16 <= largestCache;
    const encodingOf = async (dictionary: FeatureMatrix): Promise<Encoding> => {
      const gram = await gramOf(dictionary);
      return { gram, solver, encoder: solver(gram) };
    };

    const rebuildPosition = async (at: number, target: FeatureMatrix, { own, without }: LeftOut) => {
      const dictionary = dictionaryAt(maps, at, set.window);
      const made = encodings[at] ?? encodingOf(dictionary);
      if (keep) encodings[at] = made;
      const encoding = await made;
      const signals = await signalsOf(target, dictionary);
      if (without !== undefined) signals.excluded = new Int32Array(target.rows).fill(without);
      else if (own && perImage > 1) {
        // An image's exemplar has as many atoms here as the window has positions, and may use none of them.
        const parts: SparseCodes[] = [];
        for (let row = 0; row < target.rows; row++) {
          const exemplar = images.indexOf(own[row]);
          const kept = Array.from({ length: atoms }, (_, atom) => atom).filter(
            (atom) => Math.floor(atom / perImage) !== exemplar,
          );
          const signal = await signalsOf(rowRange(target, row, row + 1), dictionary);
          parts.push(await encoderWith(kept, encoding)(signal));
        }
        const codes = stackCodes(parts);
        return { codes, features: await reconstruct(codes, dictionary) };
      } else if (own) signals.excluded = Int32Array.from(own, (index) => images.indexOf(index));
      const codes = await encoding.encoder(signals);
      return { codes, features: await reconstruct(codes, dictionary) };
    };
    return {
      async rebuild(targets, leftOut = {}) {
        const rebuilt = createFeatureMatrix(targets.features.rows, features.cols);
        const parts: SparseCodes[] = [];
        for (let at = 0; at < positions; at++) {
          const part = await rebuildPosition(at, positionFeatures(targets, at), leftOut);
          for (let index = 0; index < targets.count; index++) {
            const row = part.features.data.subarray(index * features.cols, (index + 1) * features.cols);
            rebuilt.data.set(row, (index * positions + at) * features.cols);
          }
          parts.push(part.codes);
        }
        return { rebuilt, codes: interleave(parts, targets.count, atoms) };
      },
    };
  },
  atomsPerExemplar: (window) => window ** 2,
  codeRow: rowPerPosition,
  placesOf:
    ({ height, width }, { origins, window }) =>
    (atom, target) => {
      const reach = (window - 1) / 2;
      const row = target.row + Math.floor((atom % window ** 2) / window) - reach;
      const column = target.column + (atom % window) - reach;
      const isOutside = row < 0 || column < 0 || row >= height || column >= width;
      return isOutside ? null : { image: origins[Math.floor(atom / window ** 2)].image, row, column };
    },
};

/** The features around a position of all exemplar images. */
function dictionaryAt(
  { count, height, width, features }: FeatureMaps,
  at: number,
  window: number,
): FeatureMatrix {
  const { cols, data } = features;
  const dictionary = createFeatureMatrix(count * window ** 2, cols);
  const reach = (window - 1) / 2;
  const [row, col] = [Math.floor(at / width), at % width];
  let atom = 0;
  for (let image = 0; image < count; image++) {
    for (let y = row - reach; y <= row + reach; y++) {
      for (let x = col - reach; x <= col + reach; x++, atom++) {
        if (y < 0 || x < 0 || y >= height || x >= width) continue;
        const from = ((image * height + y) * width + x) * cols;
        dictionary.data.set(data.subarray(from, from + cols), atom * cols);
      }
    }
  }
  return dictionary;
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
