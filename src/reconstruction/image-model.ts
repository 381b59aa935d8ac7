import { createFeatureMatrix, type FeatureMaps, imagesAsRows, selectMaps } from '../features';
import { gramOf, reconstruct, type Solver, signalsOf } from '../subspace';
import type { LevelModel } from './level-model';

/**
 * Whole images: a map is rebuilt as one combination of the exemplar images' maps, flattened. All that the solver sees is the
 * inner products between images.
 *
 * @param nominal normalized maps of all nominal images
 * @param images indices of the exemplar images
 */
export async function imageModel(
  nominal: FeatureMaps,
  images: Uint32Array,
  solver: Solver,
): Promise<LevelModel> {
  const dictionary = imagesAsRows(selectMaps(nominal, images));
  const encoder = solver(await gramOf(dictionary));
  return {
    exemplars: dictionary,
    async rebuild(maps, own) {
      const signals = await signalsOf(imagesAsRows(maps), dictionary);
      if (own) signals.excluded = Int32Array.from(own, (image) => images.indexOf(image));
      const codes = await encoder(signals);
      const { rows, cols } = maps.features;
      return { codes, rebuilt: createFeatureMatrix(rows, cols, (await reconstruct(codes, dictionary)).data) };
    },
  };
}
