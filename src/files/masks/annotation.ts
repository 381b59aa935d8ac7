import type { Mask, Size } from '../../images';

/** Polygons, boxes and the like that annotate an image. */
export interface Annotation {
  /** Size of the image that was annotated; undefined where the file does not say it. */
  size?: Size;
  /** Marks in a mask of the image's size what is annotated. */
  draw(mask: Mask): void | Promise<void>;
}

/** The images that a file annotates: the one that it is named after, or images that it names. */
export type AnnotationFile =
  | { of: 'one image'; annotation: Annotation }
  | { of: 'named images'; names: readonly string[]; annotationOf(path: string): Annotation | undefined };
