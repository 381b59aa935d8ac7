import { createFeatureMatrix, type FeatureMaps, imagesAsRows } from '../features';
import { gramOf, reconstruct, type Solver, signalsOf } from '../subspace';
import type { LevelModel } from './level-model';

/**
 * Whole images: a map is rebuilt as one combination of the exemplar images' maps, flattened. All that the solver sees is the
 * inner products between images.
 *
 * @param bank normalized maps of the exemplar images
 * @param images their indices among the nominal images
 */
export async function imageModel(
  bank: FeatureMaps,
  images: Uint32Array,
  solver: Solver,
): Promise<LevelModel> {
  const dictionary = imagesAsRows(bank);
  const encoder = solver(await gramOf(dictionary));
  return {
    async rebuild(maps, own) {
      const signals = await signalsOf(imagesAsRows(maps), dictionary);
      if (own) signals.excluded = Int32Array.from(own, (image) => images.indexOf(image));
      const codes = await encoder(signals);
      const { rows, cols } = maps.features;
      return { codes, rebuilt: createFeatureMatrix(rows, cols, (await reconstruct(codes, dictionary)).data) };
    },
  };
}
