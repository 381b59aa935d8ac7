import type { Plane } from '../../images';
import { heatColour, isOnBoundary } from '../../plots/overlay';
import type { EncodedPlane } from '../../workbench/messages';
import { make } from '../make';

/** The numbers that the kernel sent. */
export function decodePlane({ width, height, low, high, data }: EncodedPlane): Plane {
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  const steps = new Uint16Array(bytes.buffer);
  return { width, height, data: Float32Array.from(steps, (step) => low + (step / 65535) * (high - low)) };
}

/** A plane in colours, a pixel for each value. */
export function planeCanvas(
  { width, height, data }: Plane,
  colour: (value: number, at: number) => readonly [red: number, green: number, blue: number, alpha?: number],
): HTMLCanvasElement {
  const canvas = make('canvas', { width, height });
  const pixels = new ImageData(width, height);
  for (let at = 0; at < data.length; at++) {
    const [red, green, blue, alpha = 1] = colour(data[at], at);
    pixels.data.set([255 * red, 255 * green, 255 * blue, 255 * alpha], 4 * at);
  }
  canvas.getContext('2d')!.putImageData(pixels, 0, 0);
  return canvas;
}

/** Heat colours from blue at `low` to red at `high`. */
export function heat([low, high]: readonly [number, number]) {
  return (value: number) => heatColour((value - low) / (high - low || 1));
}

/** Blue where negative, white at zero, red where positive. */
export function diverging(largest: number) {
  return (value: number): readonly [number, number, number] => {
    const part = Math.min(1, Math.abs(value) / (largest || 1));
    return value < 0 ? [1 - part * 0.8, 1 - part * 0.55, 1] : [1, 1 - part * 0.8, 1 - part * 0.85];
  };
}

/** The pixels whose value is at or above a threshold and that have a neighbour below, in one colour; the rest is clear. */
export function outlineCanvas(
  plane: Plane,
  threshold: number,
  [red, green, blue]: readonly [number, number, number],
): HTMLCanvasElement {
  const isInside = (value: number) => value >= threshold;
  return planeCanvas(plane, (_, at) => [red, green, blue, isOnBoundary(plane, at, isInside) ? 1 : 0]);
}
