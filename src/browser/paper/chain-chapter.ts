import { extent } from '../../base';
import { fitDetector, type ScoredImage } from '../../detector';
import { pictureUrl } from '../../explanation';
import { createPlane, samplesOf, type RgbImage, type SurfaceName } from '../../images';
import { rowDistances } from '../../matrix';
import {
  drawOutline,
  enlarge,
  fitPcaColours,
  heatOverlay,
  mapImage,
  predictionColour,
  thresholdMap,
} from '../../plots';
import { exampleOf } from './example-of';
import type { Computation } from './protocol';

/** Side of the pictures, in pixels, about. */
const shownSide = 220;

/** One image through the whole method, step by step. */
export const chainChapter: Computation = async (values, tell) => {
  const dataset = exampleOf(values.surface as SurfaceName);
  const patches = Number(values.exemplars);
  const detector = await fitDetector(
    { ...dataset, samples: samplesOf(dataset, 'train') },
    { size: 160, granularities: ['patch'], patches, metric: 'euclidean' },
    { onProgress: ({ stage, done, total }) => tell(`${stage}: ${done} of ${total}`) },
  );
  const sample = samplesOf(dataset, 'test').find(({ defect }) => defect === values.defect)!;
  const { value } = await detector.score(sample).next();
  const { image, map, levels, score } = value as ScoredImage;
  const [{ target, rebuilt, ...grid }] = levels;
  const colour = fitPcaColours(target);
  const difference = rowDistances(target, rebuilt);
  const large = (picture: RgbImage) =>
    pictureUrl(enlarge(picture, Math.max(1, Math.floor(shownSide / picture.width))));
  const heat = mapImage(createPlane(grid, difference), { range: extent(difference), heat: true });
  const { thresholds, heatRange } = detector;
  const outlined = drawOutline(image, thresholdMap(map, thresholds.pixel), predictionColour);
  await detector.dispose();
  return {
    pictures: [
      { caption: 'the image I', url: await large(image) },
      { caption: `features x = φ(I), level ${grid.level}`, url: await large(colour(target, grid)) },
      { caption: 'reconstruction x̂ = X_S c', url: await large(colour(rebuilt, grid)) },
      { caption: 'residual ‖x − x̂‖', url: await large(heat) },
      { caption: 'anomaly map', url: await large(heatOverlay(image, map, { range: heatRange })) },
      { caption: 'above the pixel threshold', url: await large(outlined) },
    ],
    lines: [
      `Score ${score.toFixed(2)}, threshold ${thresholds.image.toFixed(2)}: the image is called ${score >= thresholds.image ? 'anomalous' : 'nominal'}. ${patches} exemplars stand for ${samplesOf(dataset, 'train').length * grid.width * grid.height} nominal patches.`,
    ],
  };
};
