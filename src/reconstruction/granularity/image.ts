import { imagesAsRows } from '../../features';
import { createFeatureMatrix } from '../../matrix';
import { overDictionary, reconstruct } from '../../subspace';
import type { Granularity } from './granularity';
import { exemplarMaps, imagesOf, wholeImages } from './whole-images';

/** Exemplars where none is asked for: more take more memory and time, and change little. */
const usualExemplars = 256;

/**
 * Whole images: a map is reconstructed as one combination of the exemplar images' maps, flattened. All that the solver sees is the
 * inner products between images; the codes have a row per image.
 */
export const image: Granularity = {
  ...wholeImages,
  defaultExemplars: (available) => Math.min(usualExemplars, available),
  async model(level, set, solver) {
    const images = imagesOf(set.origins);
    const dictionary = imagesAsRows(exemplarMaps(level, set));
    const { gram, signalsOf } = await overDictionary(dictionary, solver);
    const encoder = solver(gram);
    return {
      async rebuild(maps, { own, without } = {}) {
        const signals = await signalsOf(imagesAsRows(maps));
        if (without !== undefined) signals.excluded = new Int32Array(maps.count).fill(without);
        else if (own) signals.excluded = Int32Array.from(own, (index) => images.indexOf(index));
        const codes = await encoder(signals);
        const { rows, cols } = maps.features;
        return {
          codes,
          rebuilt: createFeatureMatrix(rows, cols, (await reconstruct(codes, dictionary)).data),
        };
      },
    };
  },
  atomsPerExemplar: () => 1,
  codeRow: (place) => place.image,
  placesOf:
    (_level, { origins }) =>
    (atom, target) => ({ image: origins[atom].image, ...target }),
};
