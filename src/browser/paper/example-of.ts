import { type Dataset, type RgbImage, type Sample, sampleLoader, type SurfaceName } from '../../images';
import { frameImage, frameMask } from '../../images/frame-image';
import { exampleSet } from '../site/example-set';

/** The drawn example set of a surface; its images are read from memory from now on. */
export function exampleOf(surface: SurfaceName): Dataset {
  const { dataset, sources } = exampleSet(surface);
  sampleLoader.provide(async (sample, { image: framing = {}, mask: maskFraming = framing } = {}) => {
    const source = sources.get(sample.path);
    if (!source || !('mask' in source)) throw new Error(`the image ${sample.path} is not one of the example`);
    const image: RgbImage = frameImage(source.image, framing);
    return { ...sample, image, mask: frameMask(source.mask, maskFraming) };
  });
  const samples = dataset.samples.map((sample): Sample =>
    sample.label === 'anomalous' ? { ...sample, maskPath: sample.path } : sample,
  );
  return { ...dataset, samples };
}
