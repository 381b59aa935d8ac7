import type { Random } from '../../base';

/**
 * Smooth value noise in about [-1, 1]: random values on a grid, interpolated with cubic easing, octaves halving in size
 * and strength.
 *
 * @param cell grid spacing of the first octave, in pixels
 */
export function valueNoise(size: number, cell: number, octaves: number, random: Random): Float32Array {
  const noise = new Float32Array(size * size);
  let strength = 1;
  let total = 0;
  for (let octave = 0; octave < octaves; octave++, strength /= 2) {
    const spacing = Math.max(1, cell / 2 ** octave);
    const side = Math.ceil(size / spacing) + 2;
    const grid = Float32Array.from({ length: side * side }, () => random.between(-1, 1));
    const ease = (t: number) => t * t * (3 - 2 * t);
    for (let y = 0; y < size; y++) {
      const row = Math.floor(y / spacing);
      const down = ease(y / spacing - row);
      for (let x = 0; x < size; x++) {
        const col = Math.floor(x / spacing);
        const right = ease(x / spacing - col);
        const at = row * side + col;
        const top = grid[at] + (grid[at + 1] - grid[at]) * right;
        const bottom = grid[at + side] + (grid[at + side + 1] - grid[at + side]) * right;
        noise[y * size + x] += strength * (top + (bottom - top) * down);
      }
    }
    total += strength;
  }
  return noise.map((value) => value / total);
}
