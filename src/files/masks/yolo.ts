import type { Annotation } from './annotation';
import { pointsOf } from './coco';
import { fillBox, fillPolygon } from './fill-polygon';

const number = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?`;
/** A class and numbers. */
const line = new RegExp(String.raw`^\d+(?:\s+${number}){4,}$`, 'i');

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

/** Whether text has the form of a YOLO file: every line a class and at least four numbers. An empty one annotates nothing. */
export function isYolo(text: string): boolean {
  return linesOf(text).every((one) => line.test(one));
}

/**
 * The objects of a YOLO file, whatever their class, one a line: a box as its middle, width and height, perhaps with a confidence, or the
 * corners of a polygon, all as fractions of the image's width and height.
 *
 * @throws RangeError naming a line that is neither
 */
export function readYolo(text: string): Annotation {
  const objects = linesOf(text).map((one) => {
    const [, ...numbers] = one.split(/\s+/).map(Number);
    const isPolygon = numbers.length >= 6 && numbers.length % 2 === 0;
    if (!line.test(one) || !numbers.every(Number.isFinite) || (!isPolygon && numbers.length > 5))
      throw new RangeError(
        `line ${one.slice(0, 80)} is neither a box nor a polygon; expected a class, and 4 numbers or at least 3 points`,
      );
    return { numbers, isPolygon };
  });
  return {
    draw(mask) {
      const { width, height } = mask;
      for (const { numbers, isPolygon } of objects) {
        const scaled = numbers.map((value, at) => value * (at % 2 === 0 ? width : height));
        const [x, y, wide, high] = scaled;
        if (isPolygon) fillPolygon(mask, pointsOf(scaled));
        else fillBox(mask, [x - wide / 2, y - high / 2], [x + wide / 2, y + high / 2]);
      }
    },
  };
}
