import type { Size } from '../../images';

/** Shapes further apart than this are told. */
const mostDistortion = 1.25;

/** One sentence where nominal images differ in shape, since they cannot all be alike then; undefined where they do not. */
export function shapeNotice(sizes: readonly Size[]): string | undefined {
  const sorted = [...sizes].sort((a, b) => a.width / a.height - b.width / b.height);
  const [first, last] = [sorted[0], sorted.at(-1)!];
  if (sorted.length < 2 || last.width / last.height / (first.width / first.height) <= mostDistortion)
    return undefined;
  const words = ({ width, height }: Size) => `${width}x${height}`;
  return `The good images have different shapes, from ${words(first)} to ${words(last)} pixels. The usual shape is taken, and the borders of the others are continued: photograph all parts alike for results to rely on.`;
}
