import { sliceMaps, usedPositions } from '../../features';
import { rowRange } from '../../matrix';
import { kCenter, randomSampling, subspaceSampling } from '../../sampling';
import { encoderWith, overDictionary, reconstruct, type SparseCodes, stackCodes } from '../../subspace';
import { type ExemplarSet, type Granularity, type Grid, rowPerPosition } from './granularity';
import { rowsOf, sampleInBlocks } from './sample-in-blocks';

const samplers = { subspace: subspaceSampling, kCenter, random: randomSampling };

/** Positions at a time: inner products with thousands of atoms take much memory. */
const chunkRows = 400;
/** Exemplars where none is asked for. */
const usualExemplars = 1500;

/**
 * Patches: a feature is reconstructed from exemplar patches of any image and position, as PatchCore's memory bank holds them. The codes
 * have a row per position.
 */
export const patch: Granularity = {
  keepsImages: false,
  isSampled: true,
  exemplarsAreFeatures: true,
  available: (reference) => reference.count * usedPositions(reference),
  defaultExemplars: (available) => Math.min(usualExemplars, available),
  async sample(reference, { sampler, ...options }) {
    const sampling = await sampleInBlocks(reference, options, (features, own) =>
      samplers[sampler](features, { ...own, coverage: false }),
    );
    const positions = reference.height * reference.width;
    const origins = Array.from(sampling.indices, (row) => ({
      image: Math.floor(row / positions),
      position: row % positions,
    }));
    return { sampling, origins };
  },
  exemplarsAt: (nominal, set) => rowsOf(nominal, rowsAt(nominal, set)),
  tensorShape: (level, set) => [rowsAt(level, set).length, level.channels],
  async model(level, set, solver) {
    const { exemplars: dictionary } = level;
    const { gram, signalsOf } = await overDictionary(dictionary, solver);
    const encoder = solver(gram);
    const imageOf = Array.from(rowsAt(level, set), (row) => Math.floor(row / (level.height * level.width)));
    return {
      async rebuild(maps, { own, without } = {}) {
        const parts: SparseCodes[] = [];
        const products = new Float32Array(Math.min(maps.features.rows, chunkRows) * dictionary.rows);
        for (let index = 0; index < maps.count; index++) {
          const { features } = sliceMaps(maps, index, index + 1);
          const kept = own && imageOf.flatMap((image, atom) => (image === own[index] ? [] : [atom]));
          const encode = kept ? encoderWith(kept, { gram, solver, encoder }) : encoder;
          for (let start = 0; start < features.rows; start += chunkRows) {
            const chunk = rowRange(features, start, Math.min(features.rows, start + chunkRows));
            const memory = products.subarray(0, chunk.rows * dictionary.rows);
            const signals = await signalsOf(chunk, memory);
            if (without !== undefined) signals.excluded = new Int32Array(chunk.rows).fill(without);
            parts.push(await encode(signals));
          }
        }
        const codes = stackCodes(parts);
        return { codes, rebuilt: await reconstruct(codes, dictionary) };
      },
    };
  },
  atomsPerExemplar: () => 1,
  codeRow: rowPerPosition,
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
  const rows = origins.map(
    ({ image, position }) => image * height * width + positionAt({ height, width }, position!, reference),
  );
  return Uint32Array.from(new Set(rows));
}

/** The position of a grid that is nearest to one of another grid. */
export function positionAt({ height, width }: Grid, position: number, reference: Grid): number {
  const y = Math.floor(((Math.floor(position / reference.width) + 0.5) * height) / reference.height);
  const x = Math.floor((((position % reference.width) + 0.5) * width) / reference.width);
  return y * width + x;
}
