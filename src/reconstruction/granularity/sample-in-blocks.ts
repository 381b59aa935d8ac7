import type { LongWork } from '../../base';
import { blocksOf, type FeatureSource, positionsOf, readAll, usedPositions } from '../../features';
import { createFeatureMatrix, type FeatureMatrix, rowOf, selectRows } from '../../matrix';
import type { Sampling } from '../../sampling';

/** Up to so many features are searched together. */
export const mostTogether = 2 ** 19;
/** Features of a block, where there are more: the time of all blocks is in proportion to it. */
const blockRows = 2 ** 16;
/** Up to so many exemplars are chosen anew among several times as many that the blocks gave. */
const mostChosenAnew = 4096;
const candidatesPerExemplar = 4;

/** The options of a search in blocks. */
interface BlockOptions extends LongWork {
  exemplars: number;
  seed?: number;
}

type Sample = (features: FeatureMatrix, options: BlockOptions) => Promise<Sampling>;

/** A search among the features of whole images that passes over the positions that are ignored. */
function amongUsed(sample: Sample, { ignored }: FeatureSource): Sample {
  if (!ignored) return sample;
  return async (features, options) => {
    const used = Array.from({ length: features.rows }, (_, row) => row).filter(
      (row) => !ignored[row % ignored.length],
    );
    const found = await sample(selectRows(features, used), options);
    return { ...found, indices: found.indices.map((index) => used[index]) };
  };
}

/**
 * Chooses exemplars among the features of all positions. Up to 524,288 features are searched together. Where there are more, blocks of about 65,536
 * are searched one by one, each for its share, so that time grows in proportion to the features; blocks give four candidates for each exemplar, among
 * which the exemplars are searched, or, for more than 4096 exemplars, just the exemplars.
 *
 * For k-center the two rounds cover the features within four times the least radius, where a search of all together is within twice
 * (composable core-sets).
 *
 * @param sample the search of one block
 * @returns rows of all features; costs are known where one search gave them, else NaN
 * @see Malkomes et al., NIPS 2015, for k-center in two rounds; Indyk et al., PODS 2014
 */
export async function sampleInBlocks(
  source: FeatureSource,
  options: BlockOptions,
  sample: Sample,
): Promise<Sampling> {
  const positions = positionsOf(source);
  const rows = source.count * usedPositions(source);
  const { exemplars, onProgress } = options;
  const sampleUsed = amongUsed(sample, source);
  if (rows <= mostTogether) return sampleUsed((await readAll(source)).features, options);
  const isAnew = exemplars <= mostChosenAnew;
  const fraction = Math.min(1, ((isAnew ? candidatesPerExemplar : 1) * exemplars) / rows);
  // Picks of all blocks, the first of each before the second of any, so that the first ones come from all of them.
  const picked: { row: number; order: number }[] = [];
  let solves = 0;
  const perBlock = Math.max(1, Math.round(blockRows / positions));
  for await (const { images, maps } of blocksOf(source, undefined, perBlock)) {
    const { features } = maps;
    const wanted = Math.min(images.length * usedPositions(source), Math.ceil(fraction * features.rows));
    const found = await sampleUsed(features, { ...options, exemplars: wanted, onProgress: undefined });
    found.indices.forEach((row, order) => picked.push({ row: images[0] * positions + row, order }));
    solves += found.solves;
    onProgress?.({ stage: 'exemplars in blocks', done: images.at(-1)! + 1, total: source.count });
  }
  const candidates = Uint32Array.from(
    picked.sort((a, b) => a.order - b.order || a.row - b.row),
    ({ row }) => row,
  );
  if (!isAnew)
    return { indices: candidates.slice(0, exemplars), costs: new Float64Array(exemplars).fill(NaN), solves };
  const found = await sample(await rowsOf(source, candidates), options);
  return {
    indices: found.indices.map((candidate) => candidates[candidate]),
    costs: found.costs,
    solves: solves + found.solves,
  };
}

/** Rows of all features, in the order of `rows`; only the images that have one are read. */
export async function rowsOf(source: FeatureSource, rows: Uint32Array): Promise<FeatureMatrix> {
  const positions = positionsOf(source);
  const placesOf = new Map<number, number[]>();
  rows.forEach((row, place) => {
    const image = Math.floor(row / positions);
    const places = placesOf.get(image);
    if (places) places.push(place);
    else placesOf.set(image, [place]);
  });
  const chosen = createFeatureMatrix(rows.length, source.channels);
  const read = [...placesOf.keys()].sort((a, b) => a - b);
  for await (const { images, maps } of blocksOf(source, read))
    for (const [at, image] of images.entries())
      for (const place of placesOf.get(image)!)
        rowOf(chosen, place).set(rowOf(maps.features, at * positions + (rows[place] % positions)));
  return chosen;
}
