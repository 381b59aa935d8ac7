import type { FeatureMatrix } from '../features';
import { gramOf, reconstruct, type Solver, signalsOf } from '../subspace';
import type { LevelModel } from './level-model';

/**
 * Patches: a feature is rebuilt from exemplar patches of any image and position, as PatchCore's bank holds them.
 *
 * @param dictionary normalized features of the exemplars, `[exemplars, channels]`
 * @param rows their indices among the features of all nominal images
 */
export async function patchModel(
  dictionary: FeatureMatrix,
  rows: Uint32Array,
  solver: Solver,
): Promise<LevelModel> {
  const encoder = solver(await gramOf(dictionary));
  const atomOf = new Map(Array.from(rows, (row, atom) => [row, atom]));
  return {
    async rebuild(maps, own) {
      const signals = await signalsOf(maps.features, dictionary);
      if (own) {
        const positions = maps.height * maps.width;
        signals.excluded = Int32Array.from({ length: maps.features.rows }, (_, row) => {
          const image = own[Math.floor(row / positions)];
          return image < 0 ? -1 : (atomOf.get(image * positions + (row % positions)) ?? -1);
        });
      }
      const codes = await encoder(signals);
      return { codes, rebuilt: await reconstruct(codes, dictionary) };
    },
  };
}
