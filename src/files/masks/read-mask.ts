import { emptyMask, type Mask, type Size } from '../../images';
import { imageLayout, type ImageLayout } from '../decode';
import { decodeWholeMask } from './decode-mask';
import { mayAnnotate, readAnnotations } from './read-annotations';
import { turnMask } from './turn-mask';

/** An image's ground truth, and what its user should know of it. */
interface GroundTruth {
  /** At the size of the image as it is decoded. */
  mask: Mask;
  notices: string[];
}

/** A mask as one file gives it. */
interface FileMask extends GroundTruth {
  /** Whether it lies as the photo is seen; unknown where it may as well lie as the photo is stored. */
  isTurned?: boolean;
}

/**
 * The ground truth of an image: what any of its files marks is anomalous.
 *
 * @param path the image
 * @param files masks, and files of polygons and boxes by LabelMe, COCO or YOLO
 * @throws Error naming a file that cannot be read, or whose size is not the image's
 */
export async function readMask(path: string, files: readonly string[]): Promise<GroundTruth> {
  const layout = await imageLayout(path);
  const united = emptyMask(layout.turned);
  const notices = new Set<string>();
  for (const file of files) {
    const read = mayAnnotate(file) ? await drawAnnotation(file, path, layout) : await decodeWholeMask(file);
    for (const notice of read.notices) notices.add(notice);
    const { mask, notice } = alignMask(read, layout, { file, path });
    if (notice) notices.add(notice);
    for (let at = 0; at < mask.data.length; at++) if (mask.data[at]) united.data[at] = 1;
  }
  const marked = united.data.reduce((sum, value) => sum + value, 0);
  if (marked > united.data.length / 2)
    notices.add(
      'the mask marks more than half of the image: is it the mask of this image, and not inverted?',
    );
  return { mask: united, notices: [...notices] };
}

async function drawAnnotation(
  file: string,
  path: string,
  { stored, turned }: ImageLayout,
): Promise<FileMask> {
  const read = await readAnnotations(file);
  const annotation = read?.of === 'named images' ? read.annotationOf(path) : read?.annotation;
  if (!annotation) throw new Error(`annotations ${file} are not of image ${path}: name the image in them`);
  const { size = turned } = annotation;
  // Drawn into a mask only where the size is the image's: another one is told by its numbers.
  const isKnown = isSame(size, turned) || isSame(size, stored);
  const mask = isKnown ? emptyMask(size) : { ...size, data: new Uint8Array(0) };
  try {
    if (isKnown) await annotation.draw(mask);
  } catch (cause) {
    throw new Error(`cannot read annotations ${file}: ${(cause as Error).message}; correct the file`, {
      cause,
    });
  }
  // Programs that annotate show photos as EXIF turns them.
  return { mask, isTurned: isSame(size, turned) || undefined, notices: [] };
}

function isSame(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}

/**
 * A mask as it lies over the image that EXIF has turned. Its size says whether it was drawn on the photo as stored; where both sizes are
 * one, a mask that is an image is taken for one of the photo as stored, whose pixels most programs read.
 */
function alignMask(
  { mask, isTurned }: FileMask,
  { stored, turned, orientation }: ImageLayout,
  { file, path }: { file: string; path: string },
): { mask: Mask; notice?: string } {
  if (isSame(mask, turned) && (orientation === 1 || isTurned || !isSame(stored, turned))) return { mask };
  if (!isSame(mask, stored))
    throw new Error(
      `mask ${file} is ${mask.width}x${mask.height}, its image ${path} ${turned.width}x${turned.height}; give a mask of the image's size`,
    );
  const notice = isSame(stored, turned)
    ? 'EXIF turns the photo, and nothing says whether its mask was drawn before or after: it counts as drawn on the photo as it is stored'
    : undefined;
  return { mask: turnMask(mask, orientation), notice };
}
