import { mapFraming, mapSizeOf, type SizedConfiguration } from '../detector';
import { emptyMask, type Mask, type RgbImage, type Sample, sampleLoader } from '../images';

/** A sample's image as the network sees it, and its mask at the size of the maps. */
export async function pictureOf(
  configuration: SizedConfiguration,
  sample: Sample,
): Promise<{ image: RgbImage; mask: Mask | null }> {
  if (sample.pixels) {
    const mask = sample.label === 'nominal' ? emptyMask(mapSizeOf(configuration)) : null;
    return { image: sample.pixels, mask };
  }
  const { size, fit, resize, black, white } = configuration;
  const framing = { image: { size, fit, resize }, mask: mapFraming(configuration), black, white };
  return sampleLoader.get()(sample, framing);
}
