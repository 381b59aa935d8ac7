import { type Detector, loadDetector } from '../../detector';
import { type Framing, pictureEncoder, type Sample, sampleLoader, unknownDefect } from '../../images';
import { drawOutline, heatOverlay, predictionColour, thresholdMap } from '../../plots';
import { upsample } from '../../scoring';
import { imageShelf } from './image-shelf';
import type { CheckedImage, OwnImage, ToPage } from './protocol';

/**
 * Scores images with a memory bank that was made elsewhere, and tells each as it comes.
 *
 * @param name of the bank's file
 * @throws Error naming the file when it is no memory bank, or one that this page cannot use
 */
export async function checkWithBank(
  name: string,
  tests: readonly OwnImage[],
  tell: (message: ToPage) => void,
): Promise<void> {
  const detector = await loadDetector(name);
  try {
    const { size, fit, resize } = detector.configuration;
    const framing: Framing = { size, fit, resize };
    let done = 0;
    const onRead = () => tell({ type: 'reading', done: ++done, total: tests.length });
    const sources = new Map(tests.map((image) => [image.name, image]));
    sampleLoader.provide(imageShelf(sources, [framing], onRead));
    const samples = tests.map(({ name: path }): Sample => ({
      ...{ path, maskPath: null },
      ...{ split: 'test', label: 'anomalous', defect: unknownDefect },
    }));
    const onSkip = ({ path, reason }: { path: string; reason: string }) =>
      tell({ type: 'checked', image: { name: path, reason } });
    for await (const scored of detector.score(samples, { onSkip }))
      tell({ type: 'checked', image: await pictured(detector, scored) });
    tell({ type: 'checkedAll', threshold: detector.thresholds.image });
  } finally {
    await detector.dispose();
  }
}

type Scored = Awaited<ReturnType<ReturnType<Detector['score']>['next']>>['value'];

async function pictured(
  { heatRange, thresholds }: Detector,
  { path: name, image, map, score, isAnomalous }: NonNullable<Exclude<Scored, void>>,
): Promise<CheckedImage> {
  const large = upsample(map, { width: image.width, height: image.height });
  const heat = heatOverlay(image, large, { range: heatRange });
  const outlined = drawOutline(heat, thresholdMap(large, thresholds.pixel), predictionColour);
  return { name, score, isAnomalous, picture: await pictureEncoder.get().jpeg(outlined) };
}
