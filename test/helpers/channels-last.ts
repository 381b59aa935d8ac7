/** An image whose channels lie one plane after the other, pixel by pixel. */
export function channelsLast(planes: Float32Array, channels = 3): Float32Array {
  const pixels = planes.length / channels;
  return planes.map((_, at) => planes[(at % channels) * pixels + Math.floor(at / channels)]);
}
