import type { Parameter, ParameterValues } from '../configuration';
import type { PicturedExplanation } from '../explanation';
import type { Curve, Difference } from '../scoring';

/** What the page asks the kernel for. */
export type Request =
  | { type: 'show'; values: ParameterValues; image: number }
  | { type: 'explain'; values: ParameterValues; image: number; place: MapPlace }
  | { type: 'pin'; values: ParameterValues | null };

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

/** The controls, and what the data set holds. */
export interface SetupMessage {
  name: string;
  parameters: readonly Parameter[];
  samples: readonly { name: string; defect: string; isAnomalous: boolean; thumbnail: string }[];
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
  /** The map under the pinned configuration. */
  pinnedMap?: EncodedPlane;
  pinnedScore?: number;
}

/** All test images, and the memory bank. */
export interface SetMessage {
  scores: readonly number[];
  thresholds: { pixel: number; image: number };
  heatRange: readonly [number, number];
  metrics: readonly { name: string; value: number }[];
  bank: readonly string[];
  costs: Readonly<Record<string, Curve>>;
  pinned?: {
    code: string;
    scores: readonly number[];
    threshold: number;
    differences: readonly ({ name: string } & Difference)[];
  };
}

/** What works now, and which parameters have no effect. */
export interface StatusMessage {
  words: string;
  /** In [0, 1]; absent while nothing works. */
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
