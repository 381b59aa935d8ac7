import { array, type InferOutput, looseObject, nullish, number, string, strictTuple, union } from 'valibot';
import { parseAs, realSchema } from '../../base';
import type { Mask } from '../../images';
import type { Annotation, AnnotationFile } from './annotation';
import { fillRuns } from './coco-runs';
import { fillBox, fillPolygon, type Point } from './fill-polygon';

const identity = union([number(), string()]);
const objectSchema = looseObject({
  image_id: identity,
  segmentation: nullish(
    union([
      array(array(realSchema)),
      looseObject({
        counts: union([string(), array(realSchema)]),
        size: strictTuple([realSchema, realSchema]),
      }),
    ]),
  ),
  bbox: nullish(array(realSchema)),
});
const fileSchema = looseObject({
  images: array(
    looseObject({
      id: identity,
      file_name: string(),
      width: nullish(realSchema),
      height: nullish(realSchema),
    }),
  ),
  annotations: array(objectSchema),
});
type ObjectOfImage = InferOutput<typeof objectSchema>;

/** Whether JSON has the form of a COCO file. */
export function isCoco(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'images' in json && 'annotations' in json;
}

/**
 * The objects of a COCO file, whatever their category: polygons, of which those of one object are united, runs of pixels, or, where an
 * object has neither, its box. An image that the file lists without objects has an empty mask.
 *
 * @param json content of the file
 * @throws RangeError naming the field that is not as COCO has it
 */
export function readCoco(json: unknown): AnnotationFile {
  const { images, annotations } = parseAs(fileSchema, json, 'COCO file');
  const objects = new Map<number | string, ObjectOfImage[]>();
  for (const object of annotations) {
    const known = objects.get(object.image_id);
    if (known) known.push(object);
    else objects.set(object.image_id, [object]);
  }
  const named = images.map(({ file_name: name, ...image }) => ({ ...image, name: pathOf(name) }));
  return {
    of: 'named images',
    names: named.map(({ name }) => name),
    annotationOf(path): Annotation | undefined {
      const image = imageOf(named, pathOf(path));
      if (!image) return undefined;
      const { id, width, height } = image;
      return {
        size: width && height ? { width, height } : undefined,
        draw: (mask) => (objects.get(id) ?? []).forEach((object) => drawObject(mask, object)),
      };
    },
  };
}

/** A path with slashes as COCO writes them. */
function pathOf(name: string): string {
  return name.replaceAll('\\', '/');
}

/** The image whose name ends a path; where none does, the one of the same file name; undefined where that means several. */
function imageOf<Image extends { name: string }>(images: readonly Image[], path: string): Image | undefined {
  const last = (name: string) => name.slice(name.lastIndexOf('/') + 1);
  const same = images.filter(({ name }) => last(name) === last(path));
  const whole = same.filter(({ name }) => path === name || path.endsWith(`/${name}`));
  const longest = Math.max(...whole.map(({ name }) => name.length));
  const meant = whole.length > 0 ? whole.filter(({ name }) => name.length === longest) : same;
  return meant.length === 1 ? meant[0] : undefined;
}

function drawObject(mask: Mask, { segmentation, bbox }: ObjectOfImage): void {
  if (segmentation && !Array.isArray(segmentation)) {
    const [height, width] = segmentation.size;
    if (width !== mask.width || height !== mask.height)
      throw new RangeError(
        `its runs are of ${width}x${height} pixels, its image has ${mask.width}x${mask.height}`,
      );
    const drawn = { ...mask, data: new Uint8Array(mask.data.length) };
    fillRuns(drawn, segmentation.counts);
    for (let at = 0; at < drawn.data.length; at++) if (drawn.data[at]) mask.data[at] = 1;
  } else if (segmentation && segmentation.length > 0) {
    for (const numbers of segmentation) fillPolygon(mask, pointsOf(numbers));
  } else if (bbox) {
    const [x, y, width, height] = bbox;
    if (bbox.length !== 4)
      throw new RangeError(`a bbox has ${bbox.length} numbers; expected x, y, width, height`);
    fillBox(mask, [x, y], [x + width, y + height]);
  }
}

/** Corners of numbers x, y, x, y, … */
export function pointsOf(numbers: readonly number[]): Point[] {
  return Array.from({ length: numbers.length >> 1 }, (_, at): Point => [
    numbers[2 * at],
    numbers[2 * at + 1],
  ]);
}
