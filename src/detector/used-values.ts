import type { Mask, Plane } from '../images';

/** The values of a map that are not ignored. */
export function usedValues({ data }: Plane, ignored: Mask | undefined): Float32Array {
  return ignored ? data.filter((_, at) => !ignored.data[at]) : data;
}
