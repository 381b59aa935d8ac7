/** The test files that are run: those whose path has one of `names` in it; without names all but the long ones. */
export function chosenTests(all: readonly string[], names: readonly string[]): string[] {
  return names.length > 0
    ? all.filter((path) => names.some((part) => path.includes(part)))
    : all.filter((path) => !path.startsWith('long/'));
}
