import { type Configuration, modelOptionsOf, solverConfigOf } from '../configuration';
import type { ExtractorLevel } from '../features';
import { granularities, type GranularityName } from '../reconstruction';

/** Bytes of the program, its engine and the network at work. */
const programBytes = 8e8;
/** Nominal images that are reconstructed without themselves, see `fitReconstructor`. */
const leftOutImages = 64;
/** Features that are searched together at most, and the coordinates that the search keeps of each beside the feature. */
const [searchedTogether, searchCols] = [2 ** 19, 200];
/** Signals whose products with all exemplars are in memory at a time. */
const signalsAtOnce = 400;

/** The memory that fitting a memory bank takes, and what would take less. */
interface FitMemory {
  bytes: number;
  /** Words that say which option to lower. */
  remedy: string;
}

/**
 * Estimates the memory that fitting takes at its peak, from numbers and shapes only. Features of nominal images are not among it where a
 * store keeps them in files.
 *
 * @param levels of the extractor
 * @param images nominal ones
 */
export function fitMemory(
  configuration: Configuration,
  levels: readonly ExtractorLevel[],
  { images, inMemory, limit }: { images: number; inMemory: boolean; limit: number },
): FitMemory {
  const perImage = levels.reduce(
    (sum, { height, width, channels }) => sum + 4 * height * width * channels,
    0,
  );
  const shared = programBytes + (inMemory ? images * perImage : 0);
  const parts = configuration.granularities.map((granularity) =>
    bankMemory({ configuration, granularity, levels, images, perImage }),
  );
  const leftOut = parts.length * leftOutImages * perImage;
  const fixed = shared + leftOut + 2 * leftOutImages * perImage;
  const largest = parts.reduce((most, part) => (part.bytes > most.bytes ? part : most));
  const others = parts.filter((part) => part !== largest).reduce((sum, part) => sum + part.kept, 0);
  const bytes = fixed + others + largest.bytes;
  const fitting = largest.fitting(limit - (bytes - largest.bytes));
  const remedy =
    fitting >= 1 && largest.flag
      ? `give \`--${largest.flag} ${fitting}\` or fewer`
      : 'give fewer images, or a smaller `--size`';
  return { bytes, remedy };
}

interface BankNeeds {
  configuration: Configuration;
  granularity: GranularityName;
  levels: readonly ExtractorLevel[];
  images: number;
  perImage: number;
}

/** The memory that one granularity's bank takes while it is fitted and afterwards, and how many exemplars would fit into so many bytes. */
function bankMemory({ configuration, granularity, levels, images, perImage }: BankNeeds): {
  bytes: number;
  kept: number;
  flag?: 'patches' | 'exemplars';
  fitting: (bytes: number) => number;
} {
  const kind = granularities[granularity];
  const { referenceLevel, exemplars: asked } = modelOptionsOf(configuration, granularity);
  const reference = levels.find(({ level }) => level === referenceLevel) ?? levels.at(-1)!;
  const available = kind.available({ ...reference, count: images });
  const wanted = asked ?? kind.defaultExemplars(available);
  const exemplars = Math.min(available, wanted < 1 ? Math.max(1, Math.round(wanted * available)) : wanted);
  if (granularity === 'place') {
    // Scatters in double precision, and means with inverses in single precision.
    const kept = levels.reduce((sum, one) => sum + 4 * one.height * one.width * one.channels ** 2, 0);
    return { bytes: 3 * kept, kept, fitting: () => 0 };
  }
  if (granularity === 'direction') return { bytes: 0, kept: 0, fitting: () => 0 };
  if (kind.keepsImages) {
    const perExemplar = 3 * perImage;
    const fitting = (bytes: number) => Math.floor(bytes / perExemplar);
    return { bytes: exemplars * perExemplar, kept: exemplars * perImage, flag: 'exemplars', fitting };
  }
  const channels = levels.reduce((sum, level) => sum + level.channels, 0);
  const search = Math.min(available, searchedTogether) * 4 * (2 * reference.channels + searchCols);
  // Their features and products with signals, and with all but the nearest exemplar products with each other, which solvers copy.
  const gram = solverConfigOf(configuration, granularity).name === 'nearest' ? 0 : 12 * levels.length;
  const linear = 4 * (3 * channels + 2 * signalsAtOnce);
  const bankOf = (count: number) => count * linear + gram * count ** 2;
  const fitting = (bytes: number) => {
    if (search > bytes) return 0;
    const most =
      gram === 0 ? bytes / linear : (Math.sqrt(linear ** 2 + 4 * gram * bytes) - linear) / (2 * gram);
    return Math.floor(most);
  };
  const bytes = Math.max(search, bankOf(exemplars));
  return { bytes, kept: bankOf(exemplars), flag: 'patches', fitting };
}

/**
 * Refuses a fit that the memory cannot hold.
 *
 * @param memory bytes that fitting may take
 * @throws RangeError naming what it needs, what it may take, and the option that makes it fit
 */
export function checkFitMemory(
  configuration: Configuration,
  levels: readonly ExtractorLevel[],
  { images, inMemory, memory }: { images: number; inMemory: boolean; memory: number },
): void {
  const { bytes, remedy } = fitMemory(configuration, levels, { images, inMemory, limit: memory });
  if (bytes <= memory) return;
  const gigabytes = (value: number) => (value / 1e9).toFixed(1);
  throw new RangeError(
    `a memory bank of ${images} images would take ${gigabytes(bytes)} GB to fit; expected at most ${gigabytes(memory)} GB: ${remedy}, or allow more with \`--memory\``,
  );
}
