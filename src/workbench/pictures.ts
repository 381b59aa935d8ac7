import { extent, toBase64 } from '../base';
import { pictureUrl } from '../explanation';
import { levelWords } from '../features';
import { createPlane, type Plane } from '../images';
import { rowDistances } from '../matrix';
import { fitPcaColours, mapImage } from '../plots';
import type { LevelReconstruction } from '../reconstruction';
import type { EncodedPlane, LevelPictures } from './messages';

/** A plane's numbers for the page. */
export function encodePlane({ width, height, data }: Plane): EncodedPlane {
  const [low, high] = extent(data);
  const steps = new Uint16Array(data.length);
  for (let at = 0; at < data.length; at++)
    steps[at] = Math.round((65535 * (data[at] - low)) / (high - low || 1));
  return { width, height, low, high, data: toBase64(new Uint8Array(steps.buffer)) };
}

/** Pictures by level, drawn once: a parameter that changes only the maps keeps the levels and so their pictures. */
const drawn = new WeakMap<LevelReconstruction, Promise<LevelPictures>>();

/**
 * A level's target features, reconstructed features and their difference as pictures. The first two share the colours of the target's
 * leading principal components; the difference is its length at every position, from 0 to the largest.
 */
export function levelPictures(level: LevelReconstruction): Promise<LevelPictures> {
  const known = drawn.get(level) ?? drawLevel(level);
  drawn.set(level, known);
  return known;
}

async function drawLevel(level: LevelReconstruction): Promise<LevelPictures> {
  const { width, height, target, rebuilt, granularity } = level;
  const colour = fitPcaColours(target);
  const grid = { width, height };
  const difference = createPlane(grid, rowDistances(target, rebuilt));
  const [, largest] = extent(difference.data);
  const [targetUrl, rebuiltUrl, differenceUrl] = await Promise.all([
    pictureUrl(colour(target, grid)),
    pictureUrl(colour(rebuilt, grid)),
    pictureUrl(mapImage(difference, { range: [0, largest], heat: true })),
  ]);
  return {
    name: `${granularity}, ${levelWords(level.level)}`,
    width,
    height,
    target: targetUrl,
    rebuilt: rebuiltUrl,
    difference: differenceUrl,
    residuals: encodePlane(createPlane(grid, level.residuals)),
  };
}
