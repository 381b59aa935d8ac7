import type { Figure } from '../../plots';

/** Values of a chapter's controls, by their names. */
export type Values = Readonly<Record<string, number | string>>;

/** A picture with its caption, as a data URL. */
export interface CaptionedPicture {
  caption: string;
  url: string;
}

/** The place of a point that can be dragged: its coordinates, and the directions in which it moves. */
export interface DraggedPoint {
  target: readonly number[];
  /** Two directions of the plane, and its normal, of length 1. */
  axes: readonly [readonly number[], readonly number[], readonly number[]];
}

/** The results of a chapter. */
export interface ChapterContent {
  figures?: readonly Figure[];
  pictures?: readonly CaptionedPicture[];
  /** Sentences under the figures. */
  lines?: readonly string[];
  dragged?: DraggedPoint;
}

/** Computes a chapter's content from the values of its controls. */
export type Computation = (values: Values, tell: (words: string) => void) => Promise<ChapterContent>;

/** A request of the page to its worker. */
export interface Asked {
  id: number;
  chapter: string;
  values: Values;
}

/** The worker's answer: some words while it works, then content or an error. */
export type Answer =
  | { id: number; type: 'words'; words: string }
  | { id: number; type: 'content'; content: ChapterContent }
  | { id: number; type: 'failed'; message: string };
