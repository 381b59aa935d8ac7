import type { Mask } from '../../images';

/**
 * A mask turned as EXIF turns a photo of that orientation.
 *
 * @param mask as its photo is stored
 * @param orientation 1 to 8, as EXIF numbers them: 1 leaves it, 3 is upside down, 6 a quarter to the right, 8 a quarter to the left,
 *   even ones up to 4 and odd ones from 5 mirror
 */
export function turnMask(mask: Mask, orientation: number): Mask {
  const { width, height, data } = mask;
  if (orientation === 1) return mask;
  const isSideways = orientation >= 5;
  const [wide, high] = isSideways ? [height, width] : [width, height];
  const turned = new Uint8Array(data.length);
  const isMirrored = [2, 3, 7, 8].includes(orientation);
  const isFlipped = [3, 4, 6, 7].includes(orientation);
  for (let row = 0; row < high; row++)
    for (let column = 0; column < wide; column++) {
      const [across, down] = isSideways ? [row, column] : [column, row];
      const fromColumn = isMirrored ? width - 1 - across : across;
      const fromRow = isFlipped ? height - 1 - down : down;
      turned[row * wide + column] = data[fromRow * width + fromColumn];
    }
  return { width: wide, height: high, data: turned };
}
