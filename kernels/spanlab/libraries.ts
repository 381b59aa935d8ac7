/**
 * The declarations of the language that cells may use: what a version of Node.js has. `using` is compiled, and Node.js 20 has the
 * symbols that it needs.
 *
 * @param nodeVersion major version, 20 or later
 * @returns files of TypeScript's
 */
export function librariesOf(nodeVersion: number): string[] {
  const names =
    nodeVersion >= 22
      ? ['es2024', 'esnext.array', 'esnext.collection', 'esnext.iterator']
      : ['es2023', 'es2024.string', 'es2024.regexp'];
  return [...names, 'esnext.disposable'].map((name) => `lib.${name}.d.ts`);
}
