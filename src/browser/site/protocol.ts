import type { SurfaceName } from '../../images';
import type { Beginning } from '../workbench/workbench';
import type { Messages, Request } from '../../workbench/messages';

/** An image of the person's, by a name that no other one has. */
export interface OwnImage {
  name: string;
  file: Blob;
}

/** An image that a memory bank has scored, or why it could not. */
export interface CheckedImage {
  name: string;
  score?: number;
  isAnomalous?: boolean;
  /** The image with its anomaly map and what is above the pixel threshold, a JPEG. */
  picture?: Uint8Array;
  reason?: string;
}

/** The images that the method is to be tried on. */
export type Opening =
  | { type: 'own'; nominal: readonly OwnImage[]; tests: readonly OwnImage[] }
  | { type: 'example'; surface: SurfaceName };

/** The page's requests to its worker. */
export type ToWorker =
  | { type: 'open'; opening: Opening; beginning: Beginning }
  | { type: 'ask'; request: Request }
  /** Scores images with a memory bank that was made elsewhere. */
  | { type: 'check'; bank: OwnImage; tests: readonly OwnImage[] };

/** A message of the session. */
type Told = {
  [Kind in keyof Messages]: { type: 'told'; kind: Kind; message: Messages[Kind] };
}[keyof Messages];

/** The worker's messages to its page. */
export type ToPage =
  | Told
  /** The network and the kernels are loaded. */
  | { type: 'ready' }
  | { type: 'reading'; done: number; total: number }
  /** A sentence that the person should read before the results. */
  | { type: 'notice'; message: string }
  | { type: 'checked'; image: CheckedImage }
  | { type: 'checkedAll'; threshold: number }
  | { type: 'failed'; message: string }
  | { type: 'saved'; name: string; bytes: Uint8Array };
