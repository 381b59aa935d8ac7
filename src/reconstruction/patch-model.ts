import { type FeatureMaps, selectRows } from '../features';
import { gramOf, reconstruct, type Solver, signalsOf } from '../subspace';
import type { LevelModel } from './level-model';

/**
 * Patches: a feature is rebuilt from exemplar patches of any image and position, as PatchCore's bank holds them.
 *
 * @param nominal normalized maps of all nominal images
 * @param rows indices of the exemplars among the rows of `nominal.features`
 */
export async function patchModel(
  nominal: FeatureMaps,
  rows: Uint32Array,
  solver: Solver,
): Promise<LevelModel> {
  const dictionary = selectRows(nominal.features, rows);
  const encoder = solver(await gramOf(dictionary));
  const atomOf = new Map(Array.from(rows, (row, atom) => [row, atom]));
  return {
    exemplars: dictionary,
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
