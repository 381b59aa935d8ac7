import { parse } from 'node:path';
import type { Sample } from '../../images';
import type { UnusedPath } from '../datasets/walk-images';
import { mayAnnotate, readAnnotations } from './read-annotations';

/** An image that ground truth is looked for. */
interface MaskedImage {
  path: string;
  /** The kind of its defect: the path of its folder, with slashes. */
  kind: string;
}

/** A file that may be the ground truth of an image. */
interface MaskFile {
  path: string;
  /** The path of its folder below the folder of masks, or, beside the images, below theirs; with slashes. */
  place: string;
}

/** Which files are the ground truth of which image, and files that are of none. */
interface AssignedMasks {
  /** Files by the path of their image, sorted. */
  masks: Map<string, string[]>;
  unused: UnusedPath[];
}

/** The fields of a sample that hold its ground truth. */
export function truthOf(files: readonly string[] = []): Pick<Sample, 'maskPath' | 'furtherMaskPaths'> {
  const [maskPath = null, ...furtherMaskPaths] = files;
  return furtherMaskPaths.length > 0 ? { maskPath, furtherMaskPaths } : { maskPath };
}

/** An image that a file may belong to. */
interface Owner {
  image: MaskedImage;
  /** Folders of the image's kind that the file's place repeats. */
  depth: number;
}

/** Endings that may follow an image's name in that of its mask: `_mask`, `_label` or `_GT`, and a number where there are several. */
const suffix = /_(mask|label|gt)([_-]?\d+)?$/i;

/**
 * Finds the ground truth of images among files: masks, and files of LabelMe and YOLO, by their names; COCO files by the names that they
 * hold. A file of the name `STEM` or `STEM_mask` (`STEM_mask_2`, `STEM_label`, `STEM_GT`) belongs to the image `STEM` of the kind that is the file's place; one in a
 * folder `STEM` of that place, too. The first folders of a kind may be missing from the place, all of them where only one image has the
 * name. An image may have several files; those whose place repeats more of its kind hide the others.
 *
 * @param images with defects
 * @param files sorted
 * @param maskFolder names the folder of masks in reasons
 */
export async function assignMasks(
  images: readonly MaskedImage[],
  files: readonly MaskFile[],
  maskFolder: string,
): Promise<AssignedMasks> {
  const byStem = new Map<string, MaskedImage[]>();
  for (const image of images) {
    const stem = parse(image.path).name;
    byStem.set(stem, [...(byStem.get(stem) ?? []), image]);
  }
  const found = new Map<string, { path: string; depth: number }[]>();
  const unused: UnusedPath[] = [];
  const candidates: MaskFile[] = [];
  for (const file of files) {
    const named = ownersOf(file, byStem);
    const owners = mayAnnotate(file.path) ? await annotated(file, named, images) : named;
    if (owners === undefined) unused.push({ path: file.path, reason: 'not an image by its name' });
    else candidates.push(file);
    for (const { image, depth } of owners ?? [])
      found.set(image.path, [...(found.get(image.path) ?? []), { path: file.path, depth }]);
  }
  const masks = new Map([...found].map(([path, own]) => [path, nearest(own)]));
  const used = new Set([...masks.values()].flat());
  const without = images.filter(({ path }) => !masks.has(path));
  for (const file of candidates)
    if (!used.has(file.path))
      unused.push({ path: file.path, reason: strayReason(file, without, maskFolder) });
  return { masks, unused };
}

/** The files of an image at the deepest place, masks first. */
function nearest(files: readonly { path: string; depth: number }[]): string[] {
  const deepest = Math.max(...files.map(({ depth }) => depth));
  const paths = files.filter(({ depth }) => depth === deepest).map(({ path }) => path);
  return [...paths.filter((path) => !mayAnnotate(path)), ...paths.filter(mayAnnotate)];
}

/** The images that a file of polygons and boxes annotates; undefined where it is no such file. */
async function annotated(
  { path, place }: MaskFile,
  named: readonly Owner[],
  images: readonly MaskedImage[],
): Promise<readonly Owner[] | undefined> {
  // A file that says its format and is broken belongs to the images of its name: their reading says what is wrong.
  const read = await readAnnotations(path).catch(() => 'broken' as const);
  if (read === 'broken') return named.length > 0 ? named : undefined;
  if (read?.of !== 'named images') return read && named;
  return images
    .filter(({ kind }) => place === '' || `/${kind}/`.includes(`/${place}/`))
    .filter((image) => read.annotationOf(image.path))
    .map((image) => ({ image, depth: depthOf(image.kind) }));
}

/** The images that a file belongs to by its place and name. */
function ownersOf(
  { path, place }: MaskFile,
  byStem: ReadonlyMap<string, readonly MaskedImage[]>,
): readonly Owner[] {
  const { name } = parse(path);
  const own = atPlace(byStem.get(name) ?? [], place);
  if (own.length > 0) return own;
  const marked = atPlace(byStem.get(name.replace(suffix, '')) ?? [], place);
  if (marked.length > 0 || place === '') return marked;
  const end = place.lastIndexOf('/');
  return atPlace(byStem.get(place.slice(end + 1)) ?? [], place.slice(0, Math.max(0, end)));
}

/** The images of one name whose kind is the place, or ends with it. */
function atPlace(images: readonly MaskedImage[], place: string): readonly Owner[] {
  const at = (some: readonly MaskedImage[]) => some.map((image) => ({ image, depth: depthOf(place) }));
  const exact = images.filter(({ kind }) => kind === place);
  if (exact.length > 0) return at(exact);
  if (place === '') return at(images.length === 1 ? images : []);
  return at(images.filter(({ kind }) => kind.endsWith(`/${place}`)));
}

function depthOf(place: string): number {
  return place === '' ? 0 : place.split('/').length;
}

function strayReason({ place }: MaskFile, without: readonly MaskedImage[], maskFolder: string): string {
  const image = without.find(({ kind }) => kind === place || kind.endsWith(`/${place}`)) ?? without[0];
  if (!image) return 'a mask of no image: its folder and name must be those of an image';
  const { base, name } = parse(image.path);
  const expected = [maskFolder, image.kind, name].filter(Boolean).join('/');
  return `a mask of no image: that of ${image.kind}/${base} would be ${expected}.png or ${expected}_mask.png`;
}
