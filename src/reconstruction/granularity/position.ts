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

/** The atoms that a batch of targets may not use: one for each, or all but those that are kept for each. */
interface Unusable {
  excluded?: Int32Array;
  kept?: readonly (readonly number[])[];
}

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

    const rebuildPosition = async (at: number, target: FeatureMatrix, { excluded, kept }: Unusable) => {
      const dictionary = dictionaryAt(maps, at, set.window);
      const made = encodings[at] ?? encodingOf(dictionary);
      if (keep) encodings[at] = made;
      const encoding = await made;
      const codes = kept
        ? await encodeEach(encoding, target, dictionary, kept)
        : await encoding.encoder(Object.assign(await signalsOf(target, dictionary), { excluded }));
      return { codes, features: await reconstruct(codes, dictionary) };
    };
    const atomsWithout = (exemplar: number) =>
      Array.from({ length: atoms }, (_, atom) => atom).filter(
        (atom) => Math.floor(atom / perImage) !== exemplar,
      );
    const unusable = ({ own, without }: LeftOut, count: number): Unusable => {
      if (without !== undefined) return { excluded: new Int32Array(count).fill(without) };
      const exemplars = own && Int32Array.from(own, (index) => images.indexOf(index));
      // With a window, an exemplar has several atoms at a position, and a solver can exclude only one for each signal.
      return perImage > 1 && exemplars
        ? { kept: Array.from(exemplars, atomsWithout) }
        : { excluded: exemplars };
    };
    return {
      async rebuild(targets, leftOut = {}) {
        const without = unusable(leftOut, targets.count);
        const rebuilt = createFeatureMatrix(targets.features.rows, features.cols);
        const parts: SparseCodes[] = [];
        for (let at = 0; at < positions; at++) {
          const part = await rebuildPosition(at, positionFeatures(targets, at), without);
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

/** Encodes each target with the atoms that are kept for it. */
async function encodeEach(
  encoding: Encoding,
  target: FeatureMatrix,
  dictionary: FeatureMatrix,
  kept: readonly (readonly number[])[],
): Promise<SparseCodes> {
  const parts: SparseCodes[] = [];
  for (const [row, atoms] of kept.entries()) {
    const signal = await signalsOf(rowRange(target, row, row + 1), dictionary);
    parts.push(await encoderWith(atoms, encoding)(signal));
  }
  return stackCodes(parts);
}

/** The features around a position of all exemplar images. */
export function dictionaryAt(
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
