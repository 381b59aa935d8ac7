import { invalid, stopIfAborted } from '../base';
import type { Configuration } from '../configuration';
import { type Sample, sourceReader } from '../images';

/** White of samples that have 8, 10, 12, 14 and 16 of 16 bits. */
const whites = [255, 1023, 4095, 16383, 65535] as const;
/** Bits of each of {@link whites}. */
const bits = [8, 10, 12, 14, 16] as const;

/** A configuration with its white, and what the user should know of it. */
export interface JudgedWhite {
  configuration: Configuration;
  notices: string[];
}

/**
 * Says which value is white where the configuration does not: the least largest value of 8, 10, 12, 14 or 16 bits that no sample of the
 * nominal images of 16 unsigned bits exceeds. Samples are those of the files, before any resampling, since a resampled image loses
 * its brightest ones. The white belongs to the set and is kept in its memory bank: an image alone does not say whether it is a dark one.
 *
 * @param samples nominal; those that cannot be read, or are in memory, are passed over
 * @returns the configuration, with a white where there are nominal images of 16 unsigned bits
 * @throws Error when all nominal images have samples of other types, or some beside ones of 16 unsigned bits, since nothing says their
 *   white
 */
export async function judgeWhite(
  configuration: Configuration,
  samples: readonly Sample[],
  signal?: AbortSignal,
): Promise<JudgedWhite> {
  const paths = samples.flatMap(({ path, pixels }) => (pixels ? [] : [path]));
  if (configuration.white !== undefined || paths.length === 0) return { configuration, notices: [] };
  const deep: string[] = [];
  const strange: { path: string; type: string }[] = [];
  let plain = 0;
  for (const path of paths) {
    stopIfAborted(signal);
    const source = await sourceReader
      .get()(path)
      .catch(() => undefined);
    if (source?.type === 'ushort') deep.push(path);
    else if (source?.type === 'uchar') plain++;
    else if (source) strange.push({ path, type: source.type });
  }
  if (strange.length > 0 && (deep.length > 0 || plain === 0))
    throw new Error(
      `${strange.length} nominal images have samples of type ${strange[0].type}, such as ${strange[0].path}, and nothing says which value is white: say it with --white (in code: white), and black with --black`,
    );
  if (deep.length === 0) return { configuration, notices: [] };
  const largest = await largestOfAll(deep, signal);
  const at = whites.findIndex((white) => largest <= white);
  const white = whites[at];
  if ((configuration.black ?? 0) >= white)
    throw invalid({ black: configuration.black }, `a value below white, which is ${white} here`);
  const notice = `the 16-bit samples of ${deep.length} nominal images reach ${largest} at most: ${white}, white of ${bits[at]} bits, counts as white, here and with the memory bank; --white says another`;
  return { configuration: { ...configuration, white }, notices: white === 65535 ? [] : [notice] };
}

/** The largest sample of all; reading ends at one that only 16 bits hold. */
async function largestOfAll(paths: readonly string[], signal?: AbortSignal): Promise<number> {
  let largest = 0;
  for (const path of paths) {
    stopIfAborted(signal);
    const source = await sourceReader.get()(path);
    // A broken image is skipped and told when its features are wanted.
    largest = Math.max(largest, await source.largest().catch(() => 0));
    if (largest > whites[3]) break;
  }
  return largest;
}
