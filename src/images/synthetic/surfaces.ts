import type { Random } from '../../base';
import type { RgbImage } from '../rgb-image';
import { valueNoise } from './noise';

/** Draws one nominal image of `size x size` pixels. */
type Surface = (size: number, random: Random) => RgbImage;

type Colour = readonly [number, number, number];

function paint(size: number, colourAt: (x: number, y: number) => Colour): RgbImage {
  const data = new Float32Array(size * size * 3);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) data.set(colourAt(x, y), (y * size + x) * 3);
  }
  return { width: size, height: size, data };
}

const mix = (from: Colour, to: Colour, share: number): Colour => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
  from[2] + (to[2] - from[2]) * share,
];

const clamp = (value: number) => Math.min(1, Math.max(0, value));

/** 1 inside, 0 outside, with an edge one pixel soft. */
const inside = (distance: number) => clamp(0.5 - distance);

/** Plain weave: two sets of threads that pass over and under each other. */
const fabric: Surface = (size, random) => {
  const thread = size / 16;
  const [shiftX, shiftY] = [random.between(0, thread), random.between(0, thread)];
  const light = random.between(-0.03, 0.03);
  const uneven = valueNoise(size, size / 4, 2, random);
  const fibre = valueNoise(size, 2, 1, random);
  return paint(size, (x, y) => {
    const [u, v] = [(x + shiftX) / thread, (y + shiftY) / thread];
    const over = (Math.floor(u) + Math.floor(v)) % 2 === 0;
    const across = over ? v - Math.floor(v) : u - Math.floor(u);
    const along = over ? u - Math.floor(u) : v - Math.floor(v);
    const round = Math.sin(Math.PI * across) * (0.6 + 0.4 * Math.sin(Math.PI * along));
    const index = y * size + x;
    const shade = 0.35 + 0.45 * round + light + 0.05 * uneven[index] + 0.06 * fibre[index];
    return mix([0.1, 0.13, 0.2], [0.66, 0.7, 0.78], clamp(shade));
  });
};

/** Brushed metal: fine horizontal streaks under a broad highlight. */
const metal: Surface = (size, random) => {
  const highlight = random.between(0.3, 0.7) * size;
  const tilt = random.between(-0.2, 0.2);
  const streaks = new Float32Array(size * size);
  for (let y = 0; y < size; y++) {
    let value = random.normal();
    for (let x = 0; x < size; x++) {
      value = 0.96 * value + 0.28 * random.normal();
      streaks[y * size + x] = value;
    }
  }
  return paint(size, (x, y) => {
    const distance = (y - highlight - tilt * x) / (0.45 * size);
    const shade = 0.5 + 0.22 * Math.exp(-distance * distance) + 0.045 * streaks[y * size + x];
    return [clamp(shade * 0.98), clamp(shade), clamp(shade * 1.03)];
  });
};

/** Wood: growth rings cut lengthwise, bent by slow noise. */
const wood: Surface = (size, random) => {
  const bend = valueNoise(size, size / 2, 2, random);
  const grain = valueNoise(size, 3, 1, random);
  const [phase, tone] = [random.between(0, 10), random.between(-0.06, 0.06)];
  const spacing = size / random.between(9, 12);
  return paint(size, (x, y) => {
    const index = y * size + x;
    const ring = (x + 0.12 * y) / spacing + 1.1 * bend[index] + phase;
    const late = (ring - Math.floor(ring)) ** 3;
    return mix([0.8, 0.62, 0.42], [0.45, 0.28, 0.15], clamp(0.65 * late + tone + 0.08 * grain[index] + 0.1));
  });
};

/** A hexagonal nut with a threaded hole, on a dark tray. */
const nut: Surface = (size, random) => {
  const centre = size / 2;
  const [dx, dy] = [random.between(-0.02, 0.02) * size, random.between(-0.02, 0.02) * size];
  const turn = random.between(-0.06, 0.06);
  const tray = valueNoise(size, size / 8, 3, random);
  const light = random.between(-0.3, 0.3);
  const [flat, hole] = [0.34 * size, 0.16 * size];
  return paint(size, (x, y) => {
    const [u, v] = [x - centre - dx, y - centre - dy];
    const radius = Math.hypot(u, v);
    const angle = Math.atan2(v, u) + turn;
    const sector = Math.PI / 3;
    const folded = angle - sector * Math.round(angle / sector);
    const body = inside(radius * Math.cos(folded) - flat);
    const bore = inside(radius - hole);
    const bevel = clamp((radius - 0.29 * size) / (0.08 * size));
    const shade = 0.62 + 0.16 * Math.cos(angle - 0.8 - light) * bevel - 0.12 * bevel;
    const thread = 0.2 + 0.1 * Math.sin((radius / size) * 220);
    const background = mix([0.1, 0.12, 0.13], [0.2, 0.22, 0.24], 0.5 + 0.5 * tray[y * size + x]);
    const steel: Colour = [shade, shade * 0.98, shade * 0.93];
    const well: Colour = [thread, thread * 0.96, thread * 0.9];
    return mix(mix(background, steel, body), well, bore * body);
  });
};

/** A two-coloured capsule lying across a white tray, with a printed band. */
const capsule: Surface = (size, random) => {
  const [dx, dy] = [random.between(-0.02, 0.02) * size, random.between(-0.02, 0.02) * size];
  const turn = random.between(-0.08, 0.08);
  const paper = valueNoise(size, 4, 2, random);
  const [half, radius] = [0.24 * size, 0.15 * size];
  const gloss = random.between(0.35, 0.5);
  return paint(size, (x, y) => {
    const [a, b] = [x - size / 2 - dx, y - size / 2 - dy];
    const u = a * Math.cos(turn) + b * Math.sin(turn);
    const v = b * Math.cos(turn) - a * Math.sin(turn);
    const distance = Math.hypot(Math.max(0, Math.abs(u) - half), v) - radius;
    const round = Math.sqrt(clamp(1 - (v / radius) ** 2));
    const shine = gloss * Math.exp(-(((v + 0.45 * radius) / (0.18 * radius)) ** 2));
    const shell = mix([0.72, 0.16, 0.14], [0.92, 0.86, 0.7], inside(-u));
    const band =
      inside(Math.abs(u - 0.12 * size) - 0.012 * size) + inside(Math.abs(u - 0.16 * size) - 0.006 * size);
    const printed = mix(shell, [0.95, 0.95, 0.95], 0.8 * clamp(band));
    const shade = 0.55 + 0.45 * round;
    const lit: Colour = [
      clamp(printed[0] * shade + shine),
      clamp(printed[1] * shade + shine),
      clamp(printed[2] * shade + shine),
    ];
    const shadow = 0.25 * clamp(1 - Math.max(0, distance - 1) / (0.06 * size));
    const tray = 0.86 - shadow + 0.03 * paper[y * size + x];
    return mix([tray, tray, tray * 0.98], lit, inside(distance));
  });
};

/** The nominal surfaces: three textures and two objects. */
export const surfaces = { fabric, metal, wood, nut, capsule } as const satisfies Record<string, Surface>;

/** A category of the synthetic set. */
export type SurfaceName = keyof typeof surfaces;

export const surfaceNames = Object.keys(surfaces) as SurfaceName[];
