import type * as Compiler from 'typescript';

/** The fields that tslab reads of a hover. */
type QuickInfo = Pick<Compiler.QuickInfo, 'kind' | 'textSpan' | 'displayParts' | 'documentation' | 'tags'>;

/** Functions of the compiler that its declarations leave out. */
interface Internals {
  nullTransformationContext: Compiler.TransformationContext;
  getEffectiveTypeRoots(options: object, host: { getCurrentDirectory(): string }): string[] | undefined;
  sortAndDeduplicateDiagnostics(all: readonly Compiler.Diagnostic[]): readonly Compiler.Diagnostic[];
  getTouchingPropertyName(file: Compiler.SourceFile, position: number): Compiler.Node;
  getContainerNode(node: Compiler.Node): Compiler.Node | undefined;
  typeToDisplayParts(
    checker: Compiler.TypeChecker,
    type: Compiler.Type,
    enclosing: Compiler.Node | undefined,
  ): Compiler.SymbolDisplayPart[];
  SymbolDisplay: {
    getSymbolDisplayPartsDocumentationAndSymbolKind(
      checker: Compiler.TypeChecker,
      symbol: Compiler.Symbol,
      file: Compiler.SourceFile,
      enclosing: Compiler.Node | undefined,
      location: Compiler.Node,
    ): Omit<QuickInfo, 'kind' | 'textSpan'> & { symbolKind: Compiler.ScriptElementKind };
  };
  Completions: {
    getCompletionsAtPosition(...given: unknown[]): unknown;
    getCompletionsAtPositionForTslab?(...given: unknown[]): unknown;
  };
}

/**
 * The compiler of the cells: a copy of TypeScript with the five functions by which tslab's own compiler, TypeScript 5.0, differs
 * from the one of its release. The copy can be changed without changing TypeScript for others.
 */
export function compilerForTslab() {
  const ts = { ...require('typescript') } as typeof Compiler & Internals;
  const { getCompletionsAtPosition } = ts.Completions;
  return {
    ...ts,
    Completions: { ...ts.Completions, getCompletionsAtPositionForTslab: getCompletionsAtPosition },
    getNullTransformationContext: () => ts.nullTransformationContext,
    getDefaultTypeRoots: (folder: string) =>
      ts.getEffectiveTypeRoots({}, { getCurrentDirectory: () => folder }),
    getPreEmitDiagnosticsOfFiles: (program: Compiler.Program, files: readonly Compiler.SourceFile[]) =>
      ts.sortAndDeduplicateDiagnostics(files.flatMap((file) => ts.getPreEmitDiagnostics(program, file))),
    getQuickInfoAtPosition: (
      file: Compiler.SourceFile,
      checker: Compiler.TypeChecker,
      _token: unknown,
      position: number,
    ) => quickInfo(ts, file, checker, position),
  };
}

/** The hover of the name at a position; undefined where there is none. */
function quickInfo(
  ts: typeof Compiler & Internals,
  file: Compiler.SourceFile,
  checker: Compiler.TypeChecker,
  position: number,
): QuickInfo | undefined {
  const touched = ts.getTouchingPropertyName(file, position);
  if (touched === file) return undefined;
  const isNamedByNew = ts.isNewExpression(touched.parent) && touched.pos === touched.parent.pos;
  const node = isNamedByNew ? (touched.parent as Compiler.NewExpression).expression : touched;
  const symbol = checker.getSymbolAtLocation(node);
  const textSpan = ts.createTextSpan(node.getStart(file), node.getWidth(file));
  if (symbol && !checker.isUnknownSymbol(symbol)) {
    const { symbolKind, ...parts } = ts.SymbolDisplay.getSymbolDisplayPartsDocumentationAndSymbolKind(
      checker,
      symbol,
      file,
      ts.getContainerNode(node),
      node,
    );
    return { kind: symbolKind, textSpan, ...parts };
  }
  if (!ts.isIdentifier(node) && node.kind !== ts.SyntaxKind.ThisKeyword) return undefined;
  const type = checker.getTypeAtLocation(node);
  const displayParts = ts.typeToDisplayParts(checker, type, ts.getContainerNode(node));
  const documentation = type.symbol?.getDocumentationComment(checker);
  const tags = type.symbol?.getJsDocTags(checker);
  return { kind: ts.ScriptElementKind.unknown, textSpan, displayParts, documentation, tags };
}
