import { extent } from '../base';
import { pictureUrl } from '../explanation';
import type { Plane } from '../images';
import { createFeatureMatrix, type FeatureMatrix, subtract } from '../matrix';
import { createPlane } from '../images';
import { fitPcaColours, mapImage } from '../plots';
import type { LevelReconstruction } from '../reconstruction';
import type { EncodedPlane, LevelPictures } from './messages';

/** A plane's numbers for the page. */
export function encodePlane({ width, height, data }: Plane): EncodedPlane {
  const [low, high] = extent(data);
  const steps = Uint16Array.from(data, (value) => Math.round((65535 * (value - low)) / (high - low || 1)));
  return { width, height, low, high, data: Buffer.from(steps.buffer).toString('base64') };
}

/**
 * A level's target features, rebuilt features and their difference as pictures. The first two share the colours of the target's
 * leading principal components; the difference is its length at every position, from 0 to the largest.
 */
export async function levelPictures(level: LevelReconstruction): Promise<LevelPictures> {
  const { width, height, target, rebuilt, granularity } = level;
  const colour = fitPcaColours(joined(target, rebuilt));
  const grid = { width, height };
  const difference = createPlane(grid, rowLengths(subtract(target, rebuilt)));
  const largest = difference.data.reduce((top, value) => Math.max(top, value), 0);
  const [targetUrl, rebuiltUrl, differenceUrl] = await Promise.all([
    pictureUrl(colour(target, grid)),
    pictureUrl(colour(rebuilt, grid)),
    pictureUrl(mapImage(difference, { range: [0, largest], heat: true })),
  ]);
  return {
    name: `${granularity}, level ${level.level}`,
    width,
    height,
    target: targetUrl,
    rebuilt: rebuiltUrl,
    difference: differenceUrl,
    residuals: encodePlane(createPlane(grid, level.residuals)),
  };
}

function joined(first: FeatureMatrix, second: FeatureMatrix): FeatureMatrix {
  const both = createFeatureMatrix(first.rows + second.rows, first.cols);
  both.data.set(first.data);
  both.data.set(second.data, first.data.length);
  return both;
}

function rowLengths({ rows, cols, data }: FeatureMatrix): Float32Array {
  return Float32Array.from({ length: rows }, (_, row) =>
    Math.hypot(...data.subarray(row * cols, (row + 1) * cols)),
  );
}
