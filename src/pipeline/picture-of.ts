import { type Configuration, mapSizeOf } from '../detector';
import { type LoadedSample, type Sample, sampleLoader } from '../images';

/** A sample's image as the network sees it, and its mask at the size of the maps. */
export function pictureOf(configuration: Configuration, sample: Sample): Promise<LoadedSample> {
  const { size, fit, resize } = configuration;
  const maskSize = mapSizeOf(configuration);
  const scale = maskSize.width / (typeof size === 'number' ? size : size.width);
  const mask = { size: maskSize, fit, resize: resize && Math.round(resize * scale) };
  return sampleLoader.get()(sample, { image: { size, fit, resize }, mask });
}
