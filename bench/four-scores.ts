import type { Evaluation } from '../src/detector';
import { pixelMetrics, rankingMetrics } from '../src/scoring';

/** The four scores that tables have. */
export const measures = ['pixel AUROC', 'AP', 'PRO', 'image AUROC'];

/** The four scores on some of the test images; undefined where these have no defect or nothing else. */
export function scoresOf(
  { maps, masks, samples, imageScores }: Pick<Evaluation, 'maps' | 'masks' | 'samples' | 'imageScores'>,
  chosen: readonly number[],
): number[] | undefined {
  const labels = chosen.map((index) => samples[index].label === 'anomalous');
  const own = chosen.map((index) => masks[index]);
  if (!labels.includes(true) || !labels.includes(false) || !own.some((mask) => mask?.data.includes(1)))
    return;
  const pixel = pixelMetrics(
    chosen.map((index) => maps[index]),
    own,
  );
  const image = rankingMetrics(
    Float32Array.from(chosen, (index) => imageScores[index]),
    labels,
  );
  return [pixel.auroc, pixel.averagePrecision, pixel.pro, image.auroc];
}

/** Prints a row of a table. */
export const row = (cells: readonly (string | number)[]) => console.log(`| ${cells.join(' | ')} |`);
