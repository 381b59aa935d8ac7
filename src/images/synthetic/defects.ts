import type { Random } from '../../base';
import type { Mask } from '../mask';
import type { RgbImage } from '../rgb-image';
import { valueNoise } from './noise';

/**
 * Damages a copy of an image near a place.
 *
 * @returns the damaged image and the exact mask: the pixels that the defect covers by a quarter or more
 */
type Defect = (
  image: RgbImage,
  place: { x: number; y: number },
  random: Random,
) => { image: RgbImage; mask: Mask };

/** Blends every pixel towards what `change` gives, by its `opacity` in [0, 1]. */
function blend(
  source: RgbImage,
  change: (x: number, y: number) => { opacity: number; colour: ArrayLike<number> } | null,
): { image: RgbImage; mask: Mask } {
  const { width, height } = source;
  const image = { width, height, data: source.data.slice() };
  const mask = { width, height, data: new Uint8Array(width * height) };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const changed = change(x, y);
      if (!changed || changed.opacity <= 0) continue;
      const at = y * width + x;
      for (let channel = 0; channel < 3; channel++) {
        const old = source.data[at * 3 + channel];
        image.data[at * 3 + channel] = old + (changed.colour[channel] - old) * changed.opacity;
      }
      if (changed.opacity >= 0.25) mask.data[at] = 1;
    }
  }
  return { image, mask };
}

const colourAt = ({ width, height, data }: RgbImage, x: number, y: number): Float32Array => {
  const column = Math.min(width - 1, Math.max(0, Math.round(x)));
  const row = Math.min(height - 1, Math.max(0, Math.round(y)));
  return data.subarray((row * width + column) * 3, (row * width + column) * 3 + 3);
};

const soft = (distance: number) => Math.min(1, Math.max(0, 0.5 - distance));

/** A thin bent line, brighter or darker than what it crosses. */
const scratch: Defect = (source, { x: cx, y: cy }, random) => {
  const size = source.width;
  const angle = random.between(0, Math.PI);
  const half = random.between(0.1, 0.17) * size;
  const bend = random.between(-0.25, 0.25) / half;
  const thickness = random.between(0.007, 0.012) * size;
  const tone = random.uniform() < 0.5 ? 0.96 : 0.05;
  return blend(source, (x, y) => {
    const u = (x - cx) * Math.cos(angle) + (y - cy) * Math.sin(angle);
    const v = (y - cy) * Math.cos(angle) - (x - cx) * Math.sin(angle);
    if (Math.abs(u) > half) return null;
    return { opacity: 0.9 * soft(Math.abs(v - bend * u * u) - thickness), colour: [tone, tone, tone] };
  });
};

/** An irregular blot of another colour. */
const stain: Defect = (source, { x: cx, y: cy }, random) => {
  const size = source.width;
  const radius = random.between(0.06, 0.1) * size;
  const edge = valueNoise(size, radius, 2, random);
  const colour = [random.between(0.25, 0.5), random.between(0.1, 0.25), random.between(0.02, 0.12)];
  return blend(source, (x, y) => {
    const distance = Math.hypot(x - cx, y - cy) - radius * (1 + 0.5 * edge[y * size + x]);
    return { opacity: 0.75 * soft(distance / 2), colour };
  });
};

/** A hole: dark, with a bright far rim. */
const hole: Defect = (source, { x: cx, y: cy }, random) => {
  const size = source.width;
  const radius = random.between(0.03, 0.055) * size;
  const squash = random.between(0.75, 1.25);
  return blend(source, (x, y) => {
    const distance = Math.hypot((x - cx) * squash, (y - cy) / squash) - radius;
    const rim = y > cy && distance > -1.6 ? 0.85 : 0.03;
    return { opacity: soft(distance), colour: [rim, rim, rim] };
  });
};

/** A jagged dark crack that wanders. */
const crack: Defect = (source, { x: cx, y: cy }, random) => {
  const size = source.width;
  const points: [number, number][] = [[cx, cy]];
  let angle = random.between(0, 2 * Math.PI);
  const step = 0.03 * size;
  for (let index = 0; index < 8; index++) {
    const [x, y] = points[points.length - 1];
    angle += random.between(-0.7, 0.7);
    points.push([x + step * Math.cos(angle), y + step * Math.sin(angle)]);
  }
  const thickness = random.between(0.006, 0.01) * size;
  return blend(source, (x, y) => {
    let nearest = Number.POSITIVE_INFINITY;
    for (let index = 1; index < points.length; index++) {
      const [[ax, ay], [bx, by]] = [points[index - 1], points[index]];
      const along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / step ** 2;
      const t = Math.min(1, Math.max(0, along));
      nearest = Math.min(nearest, Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)));
    }
    return { opacity: 0.92 * soft(nearest - thickness), colour: [0.04, 0.03, 0.03] };
  });
};

/** A patch of the surface itself, turned by a quarter and moved: right colours in the wrong place. */
const misplaced: Defect = (source, { x: cx, y: cy }, random) => {
  const size = source.width;
  const radius = random.between(0.06, 0.09) * size;
  const [fromX, fromY] = [
    cx + 0.31 * size * (cx < size / 2 ? 1 : -1),
    cy + 0.1 * size * (cy < size / 2 ? 1 : -1),
  ];
  return blend(source, (x, y) => {
    const distance = Math.max(Math.abs(x - cx), Math.abs(y - cy)) - radius;
    return { opacity: soft(distance), colour: colourAt(source, fromX + (y - cy), fromY - (x - cx)) };
  });
};

/** The kinds of defect. */
export const defects = { scratch, stain, hole, crack, misplaced } as const satisfies Record<string, Defect>;

/** A kind of defect of the synthetic set. */
export type DefectName = keyof typeof defects;

export const defectNames = Object.keys(defects) as DefectName[];
