import { type FeatureSource, sliceMaps, usedPositions } from '../../features';
import { type FeatureMatrix, rowRange, selectRows } from '../../matrix';
import { kCenter, randomSampling, subspaceSampling } from '../../sampling';
import { encoderWith, overDictionary, reconstruct, type SparseCodes, stackCodes } from '../../subspace';
import {
  type ExemplarOrigin,
  type ExemplarSet,
  type Granularity,
  type Grid,
  type LevelExemplars,
  rowPerPosition,
} from './granularity';
import { drawShares, stacked } from './join-exemplars';
import { mostTogether, rowsOf, sampleInBlocks } from './sample-in-blocks';

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
  async join({ set, levels, images }, { nominal, reference }, { sampler, ...options }) {
    const { height, width, count, ignored } = reference;
    const kept = set.origins.length;
    const used = Array.from({ length: count * height * width }, (_, row) => row).filter(
      (row) => !ignored?.[row % ignored.length],
    );
    if (kept + used.length > mostTogether)
      throw new RangeError(
        `${count} images have ${used.length} patches, and the memory bank ${kept}; expected at most ${mostTogether} to choose among: extend it by fewer images at a time`,
      );
    const old = levels.find(({ level }) => level === reference.level)!;
    const exemplars = Math.min(options.exemplars, kept + used.length);
    const share = count / (images + count);
    const choice = { ...options, exemplars };
    const sampling =
      sampler === 'random'
        ? drawShares({ kept, entries: used.length, share }, choice)
        : await samplers[sampler](
            stacked(old.exemplars, await rowsOf(reference, Uint32Array.from(used))),
            choice,
          );
    const origins = Array.from(sampling.indices, (entry): ExemplarOrigin => {
      if (entry < kept) return set.origins[entry];
      const row = used[entry - kept];
      return { image: images + Math.floor(row / (height * width)), position: row % (height * width) };
    });
    const joined: FeatureMatrix[] = [];
    for (const [at, level] of levels.entries())
      joined.push(await featuresAt(level, { ...set, origins }, { set, images, nominal: nominal[at] }));
    return { sampling, origins, exemplars: joined };
  },
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

/** Features of exemplars at a level: of old images from the bank, of new ones from their maps. */
async function featuresAt(
  level: LevelExemplars,
  chosen: ExemplarSet,
  { set, images, nominal }: { set: ExemplarSet; images: number; nominal: FeatureSource },
): Promise<FeatureMatrix> {
  const firstNew = images * level.height * level.width;
  const rows = rowsAt(level, chosen);
  const placeOf = new Map(Array.from(rowsAt(level, set), (row, at) => [row, at]));
  const fresh = await rowsOf(
    nominal,
    rows.filter((row) => row >= firstNew).map((row) => row - firstNew),
  );
  let next = level.exemplars.rows;
  return selectRows(
    stacked(level.exemplars, fresh),
    Array.from(rows, (row) => (row >= firstNew ? next++ : placeOf.get(row)!)),
  );
}

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
