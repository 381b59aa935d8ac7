import type { Evaluation } from '../detector';

/** The map values that heat colours span: from the median to the 99.9th percentile of all maps, and beyond the threshold. */
export function heatRange({ maps, thresholds }: Pick<Evaluation, 'maps' | 'thresholds'>): [number, number] {
  const pixels = maps.reduce((sum, { data }) => sum + data.length, 0);
  const step = Math.max(1, Math.floor(pixels / 200_000));
  const sample = new Float32Array(Math.ceil(pixels / step));
  let [kept, index] = [0, 0];
  for (const { data } of maps) {
    for (const value of data) if (index++ % step === 0) sample[kept++] = value;
  }
  sample.sort();
  const [median, high] = [sample[sample.length >> 1], sample[Math.floor(0.999 * (sample.length - 1))]];
  const { pixel } = thresholds;
  return [median, Math.max(high, pixel + 0.2 * Math.abs(pixel - median), median + 1e-6)];
}
