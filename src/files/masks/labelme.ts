import { array, type InferOutput, looseObject, nullish, strictTuple, string } from 'valibot';
import { parseAs, realSchema } from '../../base';
import type { Mask } from '../../images';
import type { Annotation } from './annotation';
import { decodeWholeMask } from './decode-mask';
import { fillBox, fillNear, fillPolygon, type Point } from './fill-polygon';

const shapeSchema = looseObject({
  label: nullish(string()),
  points: array(strictTuple([realSchema, realSchema])),
  shape_type: nullish(string()),
  mask: nullish(string()),
});
const fileSchema = looseObject({
  shapes: array(shapeSchema),
  imageWidth: nullish(realSchema),
  imageHeight: nullish(realSchema),
});
type Shape = InferOutput<typeof shapeSchema>;

/** Labels that LabelMe keeps for what is no object. */
const noObjects = new Set(['_background_', '__ignore__']);
/** Half the width of lines, and the radius of points, that LabelMe's own export draws, in pixels. */
const lineRadius = 5;

/** Whether JSON has the form of a LabelMe file. */
export function isLabelMe(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'shapes' in json;
}

/**
 * The shapes of a LabelMe file: polygons, rectangles, circles, lines, points and masks, whatever their labels, but those named
 * `_background_` and `__ignore__`.
 *
 * @param json content of the file
 * @throws RangeError naming the field that is not as LabelMe writes it
 */
export function readLabelMe(json: unknown): Annotation {
  const { shapes, imageWidth, imageHeight } = parseAs(fileSchema, json, 'LabelMe file');
  const drawn = shapes.filter(({ label }) => !noObjects.has(label ?? ''));
  for (const { shape_type: type, points } of drawn) {
    const least = leastPoints[type ?? 'polygon'];
    if (least === undefined)
      throw new RangeError(
        `a shape is of type ${type}; expected one of ${Object.keys(leastPoints).join(', ')}`,
      );
    if (points.length < least)
      throw new RangeError(`a ${type ?? 'polygon'} has ${points.length} points; expected at least ${least}`);
  }
  const size = imageWidth && imageHeight ? { width: imageWidth, height: imageHeight } : undefined;
  return {
    size,
    async draw(mask) {
      for (const shape of drawn) await drawShape(mask, shape);
    },
  };
}

/** Points that a shape of each type has at least. */
const leastPoints: Readonly<Record<string, number>> = {
  ...{ polygon: 3, rectangle: 2, oriented_rectangle: 4, circle: 2 },
  ...{ line: 2, linestrip: 2, point: 1, points: 1, mask: 1 },
};

async function drawShape(mask: Mask, { shape_type: type, points, mask: encoded }: Shape): Promise<void> {
  const [first, second] = points;
  switch (type) {
    case 'rectangle':
      return fillBox(mask, ...cornersOf(first, second));
    case 'circle':
      return fillNear(mask, first, first, Math.hypot(second[0] - first[0], second[1] - first[1]));
    case 'line':
    case 'linestrip':
      return points.slice(1).forEach((point, index) => fillNear(mask, points[index], point, lineRadius));
    case 'point':
    case 'points':
      return points.forEach((point) => fillNear(mask, point, point, lineRadius));
    case 'mask':
      return drawEncoded(mask, first, encoded ?? '');
    default:
      return fillPolygon(mask, points);
  }
}

function cornersOf([x0, y0]: Point, [x1, y1]: Point): [Point, Point] {
  return [
    [Math.min(x0, x1), Math.min(y0, y1)],
    [Math.max(x0, x1), Math.max(y0, y1)],
  ];
}

/** Marks what a small mask, which is an image in base64, marks at its place. */
async function drawEncoded({ width, height, data }: Mask, [x, y]: Point, base64: string): Promise<void> {
  const { mask: small } = await decodeWholeMask(Buffer.from(base64, 'base64'));
  const [left, top] = [Math.round(x), Math.round(y)];
  small.data.forEach((value, at) => {
    const column = left + (at % small.width);
    const row = top + Math.floor(at / small.width);
    if (value && column >= 0 && row >= 0 && column < width && row < height) data[row * width + column] = 1;
  });
}
