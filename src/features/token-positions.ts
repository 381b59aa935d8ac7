/** The coefficient a of cubic convolution, as in PyTorch. */
const sharpness = -0.75;

/**
 * The values that are added to the tokens of a grid: the class token with its position, then the learnt positions of the patches, brought from
 * their square grid to this one by bicubic interpolation (half-pixel centres, edges repeated).
 *
 * @param first the class token, `[channels]`
 * @param positions `[1 + side * side, channels]`
 * @returns `[1 + height * width, channels]`, row-major
 */
export function tokenPositions(
  { first, positions }: { first: Float32Array; positions: Float32Array },
  { height, width }: { height: number; width: number },
): Float32Array {
  const channels = first.length;
  const side = Math.round(Math.sqrt(positions.length / channels - 1));
  const rows = taps(side, height);
  const columns = taps(side, width);
  const added = new Float32Array((1 + height * width) * channels);
  for (let channel = 0; channel < channels; channel++) added[channel] = first[channel] + positions[channel];
  for (let y = 0, at = channels; y < height; y++) {
    for (let x = 0; x < width; x++, at += channels) {
      for (const [row, down] of rows[y]) {
        for (const [column, across] of columns[x]) {
          const from = (1 + row * side + column) * channels;
          for (let channel = 0; channel < channels; channel++)
            added[at + channel] += down * across * positions[from + channel];
        }
      }
    }
  }
  return added;
}

/** The four positions of one axis from which each position of another axis is interpolated, with their weights. */
function taps(length: number, newLength: number): [position: number, weight: number][][] {
  return Array.from({ length: newLength }, (_, index) => {
    const place = ((index + 0.5) * length) / newLength - 0.5;
    const start = Math.floor(place);
    return [-1, 0, 1, 2].map((step) => {
      const position = Math.min(length - 1, Math.max(0, start + step));
      return [position, cubic(Math.abs(place - start - step))];
    });
  });
}

function cubic(distance: number): number {
  if (distance <= 1) return ((sharpness + 2) * distance - (sharpness + 3)) * distance ** 2 + 1;
  return sharpness * (distance ** 3 - 5 * distance ** 2 + 8 * distance - 4);
}
