import type { Detector, ExplainedPlace, ScoredImage } from '../detector';
import { oneOf } from '../base';
import { type RgbImage, type Sample, sampleLoader } from '../images';
import { type Explained, explanationOf } from './explanation-of';
import type { PicturedExplanation } from './pictured-explanation';

/** A point of a scored image, as fractions of its sides, and the granularity and level that explain it. */
export interface ExplainedPoint extends Pick<ExplainedPlace, 'granularity'> {
  /** Default: the peak of the map. */
  point?: { x: number; y: number };
  /** Default: the finest level of the detector. */
  level?: number;
}

/**
 * Explains a point of a scored image with pictures: the position of a level that looks nearest to it as a combination of exemplar
 * patches, its residual without one of them, and the nearest exemplar. The nominal images are read again.
 *
 * @param scored an image as `detector.score` gave it
 * @throws RangeError when the granularity or the level does not exist; Error when a nominal image is no longer where it was
 * @example
 * ```ts
 * const [nut] = await openDatasets('synthetic', { categories: ['nut'] });
 * const detector = await fitDetector(nut, { backbone: 'scattering', size: 64 });
 * for await (const scored of detector.score(samplesOf(nut, 'test')[12].path)) {
 *   const { parts } = await explainScored(detector, scored);
 *   parts[0].picture.slice(0, 15); // 'data:image/jpeg'
 * }
 * ```
 */
export async function explainScored(
  detector: Detector,
  scored: ScoredImage,
  { point = peakOf(scored), granularity, level }: ExplainedPoint = {},
): Promise<PicturedExplanation> {
  const { configuration, reconstructors, extractor, training } = detector;
  const kind = granularity ?? configuration.granularities[0];
  oneOf({ granularity: kind }, configuration.granularities);
  const levels = scored.levels.filter((one) => one.granularity === kind);
  const wanted = level ?? levels[0].level;
  oneOf(
    { level: String(wanted) },
    levels.map((one) => String(one.level)),
  );
  const explained: Explained = {
    reconstructor: reconstructors[configuration.granularities.indexOf(kind)],
    maps: await extractor.extract([scored.image]),
    rebuilt: levels.find((one) => one.level === wanted)!,
    image: scored.image,
    training: training.map((path) => ({ path }) as Sample),
    decode: (sample) => decodeNominal(detector, sample),
  };
  return explanationOf(explained, point);
}

async function decodeNominal({ configuration }: Detector, sample: Sample): Promise<RgbImage> {
  const { size, fit, resize, black, white } = configuration;
  const nominal: Sample = { ...sample, split: 'train', label: 'nominal', defect: 'good', maskPath: null };
  return (await sampleLoader.get()(nominal, { image: { size, fit, resize }, black, white })).image;
}

/** The middle of the pixel with the largest value, as fractions of the sides. */
function peakOf({ map: { width, height, data } }: ScoredImage): { x: number; y: number } {
  let peak = 0;
  for (let at = 1; at < data.length; at++) if (data[at] > data[peak]) peak = at;
  return { x: ((peak % width) + 0.5) / width, y: (Math.floor(peak / width) + 0.5) / height };
}
