import { createRequire } from 'node:module';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import type * as Compiler from 'typescript';
import { compilerForTslab } from './compiler';

/** The functions that are replaced, as tslab calls them. */
interface Replaced {
  createWatchCompilerHost: (files: string[], options: object, ...rest: unknown[]) => unknown;
  transpileModule: (
    js: string,
    options: { fileName: string; compilerOptions: object },
  ) => { outputText: string };
}

/**
 * Gives tslab a newer TypeScript that emits source maps. tslab compiles a cell in two steps, TypeScript to ES modules and those to
 * CommonJS, and asks for no map in either: its compiler is replaced, before tslab loads, by one that does.
 *
 * @param extraOptions further options of the compiler
 * @returns the compiler, and a function from a position in a cell's compiled JavaScript to its line in TypeScript
 */
export function emitSourceMaps(extraOptions: object): {
  typescript: typeof Compiler;
  cellLine(output: string, line: number, column: number): number | null;
} {
  const path = createRequire(require.resolve('tslab')).resolve('@tslab/typescript-for-tslab');
  const ts = compilerForTslab() as unknown as Replaced;
  const { createWatchCompilerHost, transpileModule } = ts;
  ts.createWatchCompilerHost = (files, options, ...rest) =>
    createWatchCompilerHost(files, { ...options, ...extraOptions, inlineSourceMap: true }, ...rest);
  ts.transpileModule = (js, { fileName, compilerOptions }) => {
    const { outputText } = transpileModule(js, {
      fileName,
      compilerOptions: { ...compilerOptions, inlineSourceMap: true },
    });
    const own = takeMap(outputText);
    const earlier = takeMap(js);
    if (own.map && earlier.map) maps.set(own.code, [own.map, earlier.map]);
    return { outputText: own.code };
  };
  require.cache[path] = { ...module, id: path, filename: path, loaded: true, exports: ts } as NodeJS.Module;
  const maps = new Map<string, [TraceMap, TraceMap]>();
  return {
    typescript: ts as unknown as typeof Compiler,
    cellLine(output, line, column) {
      let position: { line: number | null; column: number | null } = { line, column };
      for (const map of maps.get(output) ?? []) {
        if (position.line === null) return null;
        position = originalPositionFor(map, { line: position.line, column: position.column ?? 0 });
      }
      // tslab puts one line before a cell when it compiles it.
      return position.line === null || !maps.has(output) ? null : position.line - 1;
    },
  };
}

const comment = /\/\/# sourceMappingURL=data:application\/json;base64,([A-Za-z0-9+/=]+)\s*$/;

function takeMap(code: string): { code: string; map: TraceMap | null } {
  const match = comment.exec(code);
  if (!match) return { code, map: null };
  const map = new TraceMap(JSON.parse(Buffer.from(match[1], 'base64').toString()));
  return { code: code.slice(0, match.index), map };
}
