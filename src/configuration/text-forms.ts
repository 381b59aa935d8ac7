import type { ImageSize, MaskRuns } from '../images';

/** How a parameter stands on a command line, beside its name. */
export type TextForm =
  | { kind: 'number' | 'numbers' | 'size' | 'path'; placeholder: string }
  | { kind: 'choice' | 'names'; placeholder: string; names: readonly string[] }
  | { kind: 'flag' };

/**
 * The value that a word of a command line gives; its range is checked with the whole configuration.
 *
 * @throws RangeError saying what was expected
 */
export function readText(form: TextForm, text: string): unknown {
  switch (form.kind) {
    case 'number':
      return readNumber(text);
    case 'numbers':
      return text.split(',').map(readNumber);
    case 'size':
      return readSize(text);
    case 'path':
      return text;
    case 'choice':
    case 'names': {
      const names = form.kind === 'names' ? text.split(',') : [text];
      if (!names.every((name) => form.names.includes(name)))
        throw new RangeError(
          `expected ${form.kind === 'names' ? 'some' : 'one'} of ${form.names.join(', ')}`,
        );
      return form.kind === 'names' ? names : text;
    }
    case 'flag':
      if (text !== 'true' && text !== 'false') throw new RangeError('expected true or false');
      return text === 'true';
  }
}

/** A value as a word of a command line; the inverse of {@link readText}, but for a mask, which stands for a file. */
export function writeText(value: unknown): string {
  if (Array.isArray(value)) return value.join(',');
  if (typeof value === 'object' && 'runs' in value!) return maskText(value as MaskRuns);
  return typeof value === 'object' ? sizeText(value as ImageSize) : String(value);
}

function maskText({ width, height }: MaskRuns): string {
  return `MASK_${width}x${height}.png`;
}

/** `auto`, a side, or `WIDTHxHEIGHT`. */
export function sizeText(size: ImageSize | 'auto'): string {
  return typeof size === 'object' ? `${size.width}x${size.height}` : `${size}`;
}

/** The inverse of {@link sizeText}. */
export function readSize(text: string): ImageSize | 'auto' {
  if (text === 'auto') return text;
  const [, width, height] = /^(\d+)x(\d+)$/.exec(text) ?? [];
  return width ? { width: Number(width), height: Number(height) } : readNumber(text);
}

function readNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new RangeError('expected a number');
  return value;
}
