import { extent } from '../base';
import { anomalousColour, type Figure, ink, layoutOf, nominalColour } from './figure';

/**
 * Histograms of image scores, nominal and anomalous.
 *
 * @param images scores, and for each whether its image is anomalous
 * @param options the threshold, drawn as a line where given
 * @example
 * ```ts
 * const figure = scoreHistogram({ scores: Float32Array.of(1, 4), labels: [false, true] }, { threshold: 2 });
 * figure.data.length // 2
 * ```
 */
export function scoreHistogram(
  { scores, labels }: { scores: Float32Array; labels: readonly boolean[] },
  { threshold }: { threshold?: number } = {},
): Figure {
  const [low, high] = extent(scores);
  const xbins = { start: low, end: high + 1e-9, size: (high - low) / 30 || 1 };
  const trace = (name: string, color: string) => ({
    type: 'histogram',
    name,
    x: Array.from(scores).filter((_, index) => labels[index] === (name === 'anomalous')),
    xbins,
    opacity: 0.65,
    marker: { color },
  });
  const line = {
    type: 'line',
    x0: threshold,
    x1: threshold,
    yref: 'paper',
    y0: 0,
    y1: 1,
    line: { color: ink, dash: 'dot' },
  };
  return {
    data: [trace('nominal', nominalColour), trace('anomalous', anomalousColour)],
    layout: layoutOf('Image scores', {
      x: { title: { text: 'image score' } },
      y: { title: { text: 'images' } },
      barmode: 'overlay',
      shapes: threshold === undefined ? [] : [line],
    }),
  };
}
