import { type Configuration, mapFraming } from '../detector';
import { type LoadedSample, type Sample, sampleLoader } from '../images';

/** A sample's image as the network sees it, and its mask at the size of the maps. */
export function pictureOf(configuration: Configuration, sample: Sample): Promise<LoadedSample> {
  const { size, fit, resize } = configuration;
  return sampleLoader.get()(sample, { image: { size, fit, resize }, mask: mapFraming(configuration) });
}
