import type { Figure } from '../plots';
import type { Control } from './control';

/** The largest number of a slider's values that are drawn in advance. */
const mostFrames = 13;

/** A control that is a range. */
type Range = Extract<Control, { min: number }>;

/** Values of a slider at even distances, or even factors where it is logarithmic, including its current value. */
export function frameValues({ min, max, step = 1, log = false, value }: Range): number[] {
  const [low, high] = log ? [Math.log(min), Math.log(max)] : [min, max];
  const count = log ? mostFrames : Math.min(mostFrames, Math.floor((max - min) / step) + 1);
  const at = (index: number) => {
    const place = count > 1 ? low + ((high - low) * index) / (count - 1) : low;
    return log
      ? Number(Math.exp(place).toPrecision(3))
      : Math.min(max, min + Math.round((place - min) / step) * step);
  };
  const values = new Set([value, ...Array.from({ length: count }, (_, index) => at(index))]);
  return [...values].sort((a, b) => a - b);
}

/**
 * Figures for several values of one parameter as one figure, with a slider that Plotly moves without a kernel.
 *
 * @param figures of the same traces in the same order, one per value
 * @param first the value that is shown first
 */
export function framedFigure(
  name: string,
  { values, figures, first }: { values: readonly number[]; figures: readonly Figure[]; first: number },
): Figure {
  const still = { mode: 'immediate', frame: { duration: 0, redraw: true }, transition: { duration: 0 } };
  const active = Math.max(0, values.indexOf(first));
  const labels = values.map((value) => String(Number(value.toPrecision(4))));
  return {
    data: figures[active].data,
    frames: figures.map(({ data, layout }, index) => ({
      name: labels[index],
      data,
      layout: { title: (layout as { title?: unknown }).title },
    })),
    layout: {
      ...figures[active].layout,
      sliders: [
        {
          active,
          currentvalue: { prefix: `${name}: ` },
          pad: { t: 48 },
          steps: labels.map((label) => ({ label, method: 'animate', args: [[label], still] })),
        },
      ],
    },
  };
}
