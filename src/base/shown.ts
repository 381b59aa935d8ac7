/** Characters of a value that an error shows, at most. */
const longest = 120;

/** A value as an error names it: as JSON where it is an object, and clipped. */
export function shown(value: unknown): string {
  const text = typeof value === 'object' ? jsonOf(value) : String(value);
  return text.length > longest ? `${text.slice(0, longest)}… (${text.length} characters)` : text;
}

function jsonOf(value: object | null): string {
  try {
    return JSON.stringify(value);
  } catch {
    // It holds itself, or is too deep.
    return Array.isArray(value) ? 'an array' : 'an object';
  }
}
