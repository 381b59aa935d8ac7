import { selectRows } from '../../matrix';
import { kCenter, randomSampling, subspaceSampling } from '../../sampling';
import { gramOf, reconstruct, signalsOf } from '../../subspace';
import type { ExemplarSet, Granularity, Grid } from './granularity';

const samplers = { subspace: subspaceSampling, kCenter, random: randomSampling };

/** Exemplars where none is asked for. */
const usualExemplars = 1000;

/**
 * Patches: a feature is rebuilt from exemplar patches of any image and position, as PatchCore's memory bank holds them. The codes
 * have a row per position.
 */
export const patch: Granularity = {
  keepsImages: false,
  available: ({ features }) => features.rows,
  defaultExemplars: (available) => Math.min(usualExemplars, available),
  async sample(reference, { sampler, ...options }) {
    const sampling = await samplers[sampler](reference.features, { ...options, coverage: false });
    const positions = reference.height * reference.width;
    const origins = Array.from(sampling.indices, (row) => ({
      image: Math.floor(row / positions),
      position: row % positions,
    }));
    return { sampling, origins };
  },
  exemplarsAt: (maps, set) => selectRows(maps.features, rowsAt(maps, set)),
  tensorShape: (level, set) => [rowsAt(level, set).length, level.channels],
  async model(level, set, solver) {
    const { exemplars: dictionary } = level;
    const encoder = solver(await gramOf(dictionary));
    const atomOf = new Map(Array.from(rowsAt(level, set), (row, atom) => [row, atom]));
    return {
      async rebuild(maps, own) {
        const signals = await signalsOf(maps.features, dictionary);
        if (own) {
          const positions = maps.height * maps.width;
          signals.excluded = Int32Array.from({ length: maps.features.rows }, (_, row) => {
            const index = own[Math.floor(row / positions)];
            return index < 0 ? -1 : (atomOf.get(index * positions + (row % positions)) ?? -1);
          });
        }
        const codes = await encoder(signals);
        return { codes, rebuilt: await reconstruct(codes, dictionary) };
      },
    };
  },
  atomsPerExemplar: () => 1,
  codeRow: ({ image, row, column }, { height, width }) => (image * height + row) * width + column,
  placesOf(level, set) {
    const rows = rowsAt(level, set);
    const { height, width } = level;
    return (atom) => ({
      image: Math.floor(rows[atom] / (height * width)),
      row: Math.floor(rows[atom] / width) % height,
      column: rows[atom] % width,
    });
  },
};

/** Rows at another level of the patches chosen at the reference level: of the nearest position, each once. */
function rowsAt({ height, width }: Grid, { origins, reference }: ExemplarSet): Uint32Array {
  const rows = origins.map(({ image, position }) => {
    const y = Math.floor(((Math.floor(position! / reference.width) + 0.5) * height) / reference.height);
    const x = Math.floor((((position! % reference.width) + 0.5) * width) / reference.width);
    return (image * height + y) * width + x;
  });
  return Uint32Array.from(new Set(rows));
}
