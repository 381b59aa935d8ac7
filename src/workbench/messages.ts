import type { Parameter, ParameterValues } from '../configuration';
import type { PicturedExplanation } from '../explanation';
import type { Curve, Difference } from '../scoring';

/** A request of the page to the kernel. */
export type Request =
  | { type: 'show'; values: ParameterValues; image: number }
  | { type: 'explain'; values: ParameterValues; image: number; place: MapPlace }
  /** All configurations that are to be compared with; none where it is empty. */
  | { type: 'pin'; values: readonly ParameterValues[] }
  /** Stops the work in progress. */
  | { type: 'cancel' }
  | { type: 'save'; values: ParameterValues };

/** A pixel of a map as fractions of its sides, and the level and granularity that explain it. */
export interface MapPlace {
  x: number;
  y: number;
  /** Index of the level among {@link ImageMessage.levels}. */
  level: number;
}

/** Numbers of a map, base64 of little-endian 16-bit steps from `low` to `high`. */
export interface EncodedPlane {
  width: number;
  height: number;
  low: number;
  high: number;
  data: string;
}

/** A level of the chosen image: pictures as data URLs. */
export interface LevelPictures {
  name: string;
  width: number;
  height: number;
  target: string;
  rebuilt: string;
  difference: string;
  residuals: EncodedPlane;
}

/** A test sample. */
export interface SampleMessage {
  name: string;
  defect: string;
  isAnomalous: boolean;
  /** Whether nobody has said if it is anomalous. */
  isUnlabelled: boolean;
  /** A data URL; empty for an image that cannot be decoded. */
  thumbnail: string;
  /** Why the image cannot be decoded; absent where it can. */
  broken?: string;
}

/** The controls, and what the data set holds. */
export interface SetupMessage {
  name: string;
  parameters: readonly Parameter[];
  /** All test samples of the data set, which `index` and `image` of every message count. */
  samples: readonly SampleMessage[];
  /** Index of the sample that is shown first. */
  first: number;
}

/** The chosen image. */
export interface ImageMessage {
  index: number;
  isFinal: boolean;
  score: number;
  /** A data URL. */
  image: string;
  mask: EncodedPlane | null;
  map: EncodedPlane;
  heatRange: readonly [number, number];
  levels: readonly LevelPictures[];
  /** Its map and score under every pinned configuration; null where that one could not use it. Empty while it is a preview. */
  pinned: readonly ({ map: EncodedPlane; score: number } | null)[];
}

/** All test images, and the memory bank. */
export interface SetMessage {
  /** One per test sample of the data set; null where the configuration could not use it. */
  scores: readonly (number | null)[];
  /** Why samples have no score, by their index. */
  skipped: Readonly<Record<number, string>>;
  thresholds: { pixel: number; image: number };
  heatRange: readonly [number, number];
  metrics: readonly { name: string; value: number }[];
  bank: readonly string[];
  costs: Readonly<Record<string, Curve>>;
  pinned: readonly PinnedMessage[];
}

/** All test images under a pinned configuration, and how the current one differs from it. */
export interface PinnedMessage {
  code: string;
  scores: readonly (number | null)[];
  threshold: number;
  differences: readonly ({ name: string } & Difference)[];
}

/** The work in progress, and the controls, of which `unused` marks those without effect. */
export interface StatusMessage {
  words: string;
  /** Fraction of the work that is done, in [0, 1]; absent while there is no work. */
  fraction?: number;
  error?: string;
  parameters: readonly Parameter[];
  code: string;
  command: string;
}

export const messageKinds: readonly (keyof Messages)[] = ['setup', 'status', 'image', 'set', 'explain'];

/** All that the kernel tells the page, by kind. */
export interface Messages {
  setup: SetupMessage;
  status: StatusMessage;
  image: ImageMessage;
  set: SetMessage;
  explain: PicturedExplanation;
}
