import type { ImageMessage, MapPlace, Request, SetMessage, SetupMessage } from '../../workbench/messages';
import type { ParameterValues } from '../../configuration';

/** The state of the page; views are drawn again when it changes. */
export interface State {
  setup: SetupMessage;
  values: Record<string, number | string | boolean>;
  image: number;
  shown?: ImageMessage;
  set?: SetMessage;
  /** Index of the level whose features are shown. */
  level: number;
  opacity: number;
  pixelThreshold: number;
  imageThreshold: number;
  /** Where the mouse is, and what part of the image is visible, in fractions of the sides. */
  hover?: { x: number; y: number };
  view: { x: number; y: number; zoom: number };
  /** Values of all controls under every pinned configuration. */
  pinned: readonly ParameterValues[];
  /** The place whose explanation is shown. */
  place?: MapPlace;
}

/** The actions that views can start. */
export interface Actions {
  ask(request: Request): void;
  /** Asks for the chosen image under the chosen values. */
  show(): void;
  /** Asks for an explanation of the place that was clicked last. */
  explain(): void;
  /** Draws all views. */
  draw(): void;
}

/** Values of all controls. */
export function valuesOf({ values }: State): ParameterValues {
  return { ...values };
}
