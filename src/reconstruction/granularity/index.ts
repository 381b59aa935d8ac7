import { direction } from './direction';
import type { Granularity } from './granularity';
import { image } from './image';
import { patch } from './patch';
import { place } from './place';
import { position } from './position';

export * from './granularity';
export { positionAt } from './patch';
export { gaussiansOf } from './place';
export { dictionaryAt } from './position';
export { exemplarMaps } from './whole-images';

/**
 * The granularities by name: an entry of the memory bank is a whole image, a position of all images, a patch of any image, a
 * Gaussian of the features at a place, or a principal direction of all patches.
 */
export const granularities = { image, position, patch, place, direction } satisfies Record<
  string,
  Granularity
>;

/** The name of a granularity: the kind of a memory bank's entries. */
export type GranularityName = keyof typeof granularities;

export const granularityNames = Object.keys(granularities) as GranularityName[];
