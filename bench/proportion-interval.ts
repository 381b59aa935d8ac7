/** The 95 % interval of a proportion by Wilson's score, as fractions. */
export function proportionInterval(fraction: number, count: number): [number, number] {
  const z = 1.959964;
  const centre = (fraction + z ** 2 / (2 * count)) / (1 + z ** 2 / count);
  const reach =
    (z * Math.sqrt((fraction * (1 - fraction)) / count + z ** 2 / (4 * count ** 2))) / (1 + z ** 2 / count);
  return [Math.max(0, centre - reach), Math.min(1, centre + reach)];
}
