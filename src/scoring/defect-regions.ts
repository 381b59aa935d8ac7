import { type Box, createPlane, type Mask, type Plane, type Size } from '../images';
import { labelRegions } from './regions';
import { upsample } from './upsample';

/**
 * A defect in a photo. Pixel (0, 0) is the upper left one and its centre has the coordinates 0, 0, as in OpenCV and scikit-image.
 */
export interface DefectRegion {
  /** The smallest box around the region's pixels. */
  box: Box;
  /** Number of pixels. */
  area: number;
  /** Mean place of the pixels. */
  centroid: Point;
  /** The pixel where the map is largest, the first of several, and its value. */
  peak: Point & { value: number };
  /**
   * Closed outlines that run half way between the region's pixels and others; outer ones, and those of holes. The last point is the
   * first one again.
   */
  contours: (readonly [x: number, y: number])[][];
}

interface Point {
  x: number;
  y: number;
}

/** Where an anomaly map lies in its photo, and what is anomalous. */
export interface DefectOptions {
  /** Size of the photo. */
  photo: Size;
  /** The rectangle of the photo that the map covers; nothing is anomalous beyond it. Default: the whole photo. */
  frame?: Box;
  /** Map values at and above it are anomalous. */
  threshold: number;
  /** What is not anomalous whatever the map says: a mask of the photo's shape, of any size. Default: nothing. */
  ignored?: Mask;
}

/**
 * Defects in the pixels of a photo: its anomaly map, brought to the photo's size by bilinear interpolation, is compared with a
 * threshold, and the 8-connected regions are measured.
 *
 * @param map an anomaly map
 * @returns the mask, 1 where anomalous, and its regions, the one with the largest peak first
 * @example
 * ```ts
 * const map = createPlane({ width: 2, height: 1 }, Float32Array.of(0, 1));
 * const { mask, regions } = await defectRegions(map, { photo: { width: 4, height: 2 }, threshold: 0.5 });
 * [[...mask.data], regions[0].area, regions[0].centroid.x] // [[0, 0, 1, 1, 0, 0, 1, 1], 4, 2.5]
 * ```
 */
export async function defectRegions(
  map: Plane,
  { photo, frame = { x: 0, y: 0, ...photo }, threshold, ignored }: DefectOptions,
): Promise<{ mask: Mask; regions: DefectRegion[] }> {
  const large = mapInPhoto(map, photo, frame);
  const { width, height } = large;
  const isLeft = ignored ? lookUp(ignored, photo) : () => false;
  const data = Uint8Array.from(large.data, (value, at) => (value >= threshold && !isLeft(at) ? 1 : 0));
  const mask = { width, height, data };
  const { labels, count } = labelRegions(mask);
  const measured = measureRegions(labels, count, large);
  const regions: DefectRegion[] = [];
  for (const [index, region] of measured.entries())
    regions.push({ ...region, contours: await contoursOf(labels, index + 1, region.box, width) });
  return { mask, regions: regions.sort((a, b) => b.peak.value - a.peak.value) };
}

/** Whether a mask marks a pixel of a photo, by nearest neighbour. */
function lookUp({ width, height, data }: Mask, photo: Size): (pixel: number) => boolean {
  const nearest = (at: number, from: number, to: number) => Math.floor(((at + 0.5) * from) / to);
  return (pixel) => {
    const row = nearest(Math.floor(pixel / photo.width), height, photo.height);
    return data[row * width + nearest(pixel % photo.width, width, photo.width)] === 1;
  };
}

/** The map at the photo's size; beyond the frame it is less than any threshold. */
function mapInPhoto(map: Plane, photo: Size, frame: Box): Plane {
  const axis = (start: number, length: number, positions: number, side: number) => {
    const step = length / positions / side;
    return { first: start / side + step / 2, step };
  };
  const large = upsample(map, photo, {
    x: axis(frame.x, frame.width, map.width, photo.width),
    y: axis(frame.y, frame.height, map.height, photo.height),
  });
  const isWithin = (place: number, start: number, length: number) =>
    place + 0.5 >= start && place + 0.5 <= start + length;
  const columns = Array.from({ length: photo.width }, (_, x) => isWithin(x, frame.x, frame.width));
  for (let y = 0; y < photo.height; y++) {
    const row = large.data.subarray(y * photo.width, (y + 1) * photo.width);
    if (!isWithin(y, frame.y, frame.height)) row.fill(Number.NEGATIVE_INFINITY);
    else if (columns.includes(false))
      columns.forEach((isInside, x) => void (isInside || (row[x] = Number.NEGATIVE_INFINITY)));
  }
  return createPlane(photo, large.data);
}

/** Box, area, centroid and peak of every region, in one pass over the pixels. */
function measureRegions(
  labels: Uint32Array,
  count: number,
  { width, data }: Plane,
): Omit<DefectRegion, 'contours'>[] {
  const sums = Array.from({ length: count }, () => ({
    area: 0,
    ...{ left: Infinity, top: Infinity, right: -1, bottom: -1, x: 0, y: 0 },
    peak: { x: 0, y: 0, value: Number.NEGATIVE_INFINITY },
  }));
  for (let pixel = 0; pixel < labels.length; pixel++) {
    if (labels[pixel] === 0) continue;
    const own = sums[labels[pixel] - 1];
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    own.area++;
    own.x += x;
    own.y += y;
    own.left = Math.min(own.left, x);
    own.right = Math.max(own.right, x);
    own.top = Math.min(own.top, y);
    own.bottom = y;
    if (data[pixel] > own.peak.value) own.peak = { x, y, value: data[pixel] };
  }
  return sums.map(({ area, left, top, right, bottom, x, y, peak }) => ({
    box: { x: left, y: top, width: right - left + 1, height: bottom - top + 1 },
    area,
    centroid: { x: x / area, y: y / area },
    peak,
  }));
}

/** The outlines of a region by marching squares. */
async function contoursOf(
  labels: Uint32Array,
  label: number,
  { x: left, y: top, width, height }: Box,
  stride: number,
): Promise<DefectRegion['contours']> {
  const { contours } = await import('d3-contour');
  const own = new Array<number>(width * height);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) own[at] = labels[(top + y) * stride + left + x] === label ? 1 : 0;
  const { coordinates } = contours().size([width, height]).smooth(false).contour(own, 1);
  return coordinates
    .flat()
    .map((ring) => corners(ring as [number, number][]).map(([x, y]) => [left + x - 0.5, top + y - 0.5]));
}

/** A closed ring without the points that lie on the line between their neighbours. */
function corners(ring: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const open = ring.slice(0, -1);
  const kept = open.filter(([x, y], index) => {
    const [before, after] = [open.at(index - 1)!, open[(index + 1) % open.length]];
    return (x - before[0]) * (after[1] - y) !== (y - before[1]) * (after[0] - x);
  });
  return [...kept, kept[0]];
}
