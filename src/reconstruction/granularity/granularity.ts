import type { LongWork } from '../../base';
import type { FeatureMaps, FeatureShape, FeatureSource } from '../../features';
import type { FeatureMatrix } from '../../matrix';
import type { Sampling } from '../../sampling';
import type { Solver, SparseCodes } from '../../subspace';

/** A grid of positions. */
export type Grid = Pick<FeatureMaps, 'height' | 'width'>;

/** Where an exemplar comes from. */
export interface ExemplarOrigin {
  /** Index of the nominal image. */
  image: number;
  /** Position in its map at the reference level, row by row; null when the exemplar is a whole image. */
  position: number | null;
}

/** A position of a nominal image's map at some level. */
export interface Place {
  /** Index of the nominal image. */
  image: number;
  row: number;
  column: number;
}

/** How exemplars are chosen: `subspace` by self-representation cost, `kCenter` by distance, or at `random`. */
export type SamplerName = 'subspace' | 'kCenter' | 'random';

export const samplerNames: readonly SamplerName[] = ['subspace', 'kCenter', 'random'];

/** Parameters of the choice of exemplars. */
export interface ExemplarOptions extends LongWork {
  sampler: SamplerName;
  /** Number of exemplars, a positive integer. */
  exemplars: number;
  /** Weight of the squared error in subspace sampling's cost. */
  lambda?: number;
  seed?: number;
}

/** The exemplars of a memory bank, whatever the level. */
export interface ExemplarSet {
  origins: readonly ExemplarOrigin[];
  /** The grid of the level at which they were chosen. */
  reference: Grid;
  /** Side of the square of positions around a position, odd; only `position` looks at it. */
  window: number;
}

/** A level's features of the exemplars. */
export interface LevelExemplars extends Grid {
  level: number;
  exemplars: FeatureMatrix;
}

/** The exemplars or the atom that a reconstruction may not use. */
export interface LeftOut {
  /** For each image its index among the nominal images, so that it may not use exemplars taken from itself; -1 for any other image. */
  own?: ArrayLike<number>;
  /** An atom that no image may use. Not with `own`. */
  without?: number;
}

/** How a level's maps are reconstructed from its exemplars. */
export interface LevelModel {
  /**
   * Reconstructs normalized maps.
   *
   * @returns features `[count * height * width, channels]` and their coefficients
   */
  rebuild(maps: FeatureMaps, leftOut?: LeftOut): Promise<{ rebuilt: FeatureMatrix; codes: SparseCodes }>;
}

/** A memory bank to which more nominal images are joined. */
export interface JoinableBank {
  set: ExemplarSet;
  levels: readonly LevelExemplars[];
  /** Nominal images that it was fitted on; new ones are counted from it on. */
  images: number;
}

/** Maps of images that are joined to a bank. */
export interface NewMaps {
  nominal: readonly FeatureSource[];
  reference: FeatureSource;
}

/** The exemplars of an extended bank. */
export interface JoinedBank {
  sampling: Sampling;
  origins: ExemplarOrigin[];
  /** Level by level. */
  exemplars: FeatureMatrix[];
}

/** A granularity: the kind of a memory bank's entries, and all that follows from it. */
export interface Granularity {
  /** Whether an entry is a nominal image, so that there are at most as many exemplars as images. */
  keepsImages: boolean;
  /** Whether its entries are exemplars, which a sampler chooses. */
  isSampled: boolean;
  /** Whether an image can be left out of its own reconstruction by the model; else the model is fitted anew without it. */
  exemplarsAreFeatures: boolean;
  /** Number of entries that nominal maps at the reference level offer. */
  available(reference: FeatureShape): number;
  /** Number of exemplars where the configuration gives none. */
  defaultExemplars(available: number): number;
  /** Chooses exemplars by nominal maps at the reference level. */
  sample(
    reference: FeatureSource,
    options: ExemplarOptions,
  ): Promise<{ sampling: Sampling; origins: ExemplarOrigin[] }>;
  /** The exemplars' features at a level, from the normalized nominal maps of that level. */
  exemplarsAt(nominal: FeatureSource, set: ExemplarSet): Promise<FeatureMatrix>;
  /**
   * Joins more nominal images to a bank, whose own images are gone; absent where it keeps too little for that.
   *
   * @param nominal normalized maps of the new images, level by level, and those of the reference level by which exemplars are chosen
   * @throws RangeError when there are too many new images to be joined at a time
   */
  join?(bank: JoinableBank, nominal: NewMaps, options: ExemplarOptions): Promise<JoinedBank>;
  /** Shape of the tensor that keeps {@link exemplarsAt} in a file; `rows` is its number of rows, for a granularity whose set does not tell. */
  tensorShape(level: Grid & { channels: number }, set: ExemplarSet, rows: number): number[];
  /** Prepares the reconstruction of a level. */
  model(level: LevelExemplars, set: ExemplarSet, solver: Solver): Promise<LevelModel>;
  /** Coefficients that one exemplar can have in one row of the codes. */
  atomsPerExemplar(window: number): number;
  /** The row of the codes that reconstructs a position of an image of a batch. */
  codeRow(place: Place, level: Grid): number;
  /** A function from an atom, and the position that it reconstructs, to the place it is taken from; null beyond the border. */
  placesOf(
    level: Grid,
    set: ExemplarSet,
  ): (atom: number, target: { row: number; column: number }) => Place | null;
}

/** The row of codes that have one per position of every image. */
export function rowPerPosition({ image, row, column }: Place, { height, width }: Grid): number {
  return (image * height + row) * width + column;
}
