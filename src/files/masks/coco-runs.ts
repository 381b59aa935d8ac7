/**
 * Lengths of runs from the text in which COCO keeps them: 5 bits a character, the 6th of which says that more follow, differences from the
 * run two before from the third run on.
 *
 * @see pycocotools, `rleFrString`
 */
function runsOfText(text: string): number[] {
  const runs: number[] = [];
  for (let at = 0; at < text.length;) {
    let [value, shift, more] = [0, 0, true];
    while (more && at < text.length) {
      const bits = text.charCodeAt(at++) - 48;
      value += (bits & 31) * 2 ** shift;
      shift += 5;
      more = (bits & 32) !== 0;
      if (!more && (bits & 16) !== 0) value -= 2 ** shift;
    }
    runs.push(runs.length > 2 ? value + runs[runs.length - 2] : value);
  }
  return runs;
}

/**
 * Marks what COCO's runs mark: lengths of runs of nominal and anomalous pixels by turns, column by column from the upper left.
 *
 * @throws RangeError when the runs are not those of so many pixels
 */
export function fillRuns(
  { width, height, data }: { width: number; height: number; data: Uint8Array },
  counts: string | readonly number[],
): void {
  const runs = typeof counts === 'string' ? runsOfText(counts) : counts;
  const total = runs.reduce((sum, run) => sum + run, 0);
  if (total !== width * height || runs.some((run) => !Number.isInteger(run) || run < 0))
    throw new RangeError(`runs hold ${total} pixels; expected ${width}x${height}`);
  let at = 0;
  for (const [index, run] of runs.entries()) {
    const end = at + run;
    if (index % 2 === 0) at = end;
    for (; at < end; at++) data[(at % height) * width + Math.floor(at / height)] = 1;
  }
}
