/** Paths that are named for each text. */
const namedPaths = 3;

/**
 * Paths grouped by what is said of them: for each text how many there are, and a list of the first ones, such as `a, b, c and 2 more`.
 * Texts are in the order in which they first occur.
 */
export function groupPaths(
  said: readonly { path: string; text: string }[],
): { text: string; count: number; list: string }[] {
  const byText = new Map<string, string[]>();
  for (const { path, text } of said) byText.set(text, [...(byText.get(text) ?? []), path]);
  return [...byText].map(([text, paths]) => {
    const more = paths.length > namedPaths ? ` and ${paths.length - namedPaths} more` : '';
    return { text, count: paths.length, list: `${paths.slice(0, namedPaths).join(', ')}${more}` };
  });
}
