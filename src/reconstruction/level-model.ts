import type { FeatureMaps, FeatureMatrix } from '../features';
import type { SparseCodes } from '../subspace';

/** Where an exemplar comes from. */
export interface ExemplarOrigin {
  /** Index of the nominal image. */
  image: number;
  /** Position in its map at the reference level, row by row; null when the exemplar is a whole image. */
  position: number | null;
}

/** How a level's maps are rebuilt from its dictionary. */
export interface LevelModel {
  /**
   * Rebuilds normalized maps.
   *
   * @param own for each image its index among the nominal images, whose exemplars it may not use itself; -1 for any other
   * @returns features `[count * height * width, channels]` and their coefficients: a row per image for whole images, else a
   *   row per position
   */
  rebuild(
    maps: FeatureMaps,
    own?: ArrayLike<number>,
  ): Promise<{ rebuilt: FeatureMatrix; codes: SparseCodes }>;
}
