import { InvalidArgumentError } from 'commander';

/** Parses a number; commander reports what it cannot. */
export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('expected a number');
  return value;
}
