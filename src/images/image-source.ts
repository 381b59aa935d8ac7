import type { Sample } from './dataset';
import type { RgbImage } from './rgb-image';

/** The kind of defect of an image of which nobody has said whether it is anomalous. */
export const unknownDefect = 'unknown';

/** An image to work on: a path, a sample of a data set, or an image in memory. */
export type ImageSource = string | Sample | RgbImage;

/** Samples of the images that are given; those that are no samples yet get the split and label. */
export function samplesFrom(
  sources: ImageSource | readonly ImageSource[],
  { split, label }: Pick<Sample, 'split' | 'label'>,
): Sample[] {
  const list = Array.isArray(sources) ? (sources as readonly ImageSource[]) : [sources as ImageSource];
  return list.map((source, index): Sample => {
    if (typeof source !== 'string' && 'path' in source) return source;
    const unknown = { split, label, defect: label === 'nominal' ? 'good' : unknownDefect, maskPath: null };
    return typeof source === 'string'
      ? { ...unknown, path: source }
      : { ...unknown, path: `image ${index}`, pixels: source };
  });
}
