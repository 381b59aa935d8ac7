import type * as TypeScript from 'typescript';

/** A piece of source and what is to stand in its place. */
interface Edit {
  start: number;
  end: number;
  text: string;
}

/** The symbol of `globalThis` under which a cell with `using` leaves its result. */
export const resultKey = 'spanlab.result';

/**
 * Writes a cell as tslab can run it; lines stay the same.
 *
 * - tslab turns variables of earlier cells into properties of an object, but leaves `{ name }` as it is, which would find no
 *   variable: it becomes `{ name: name }`.
 * - tslab exports whatever a cell declares: what the cell exports itself is declared only.
 * - Below a `using` TypeScript puts all statements into a block, in which tslab does not find the last expression: its value is
 *   left under {@link resultKey}.
 *
 * @param earlier declarations of the earlier cells
 */
export function prepareCell(ts: typeof TypeScript, source: string, earlier: string): string {
  const file = ts.createSourceFile('cell.ts', source, ts.ScriptTarget.ES2022, true);
  return [...shorthandEdits(ts, file, earlier), ...exportEdits(ts, file, earlier), ...resultEdits(ts, file)]
    .sort((a, b) => b.start - a.start || b.end - a.end)
    .reduce((text, { start, end, text: other }) => text.slice(0, start) + other + text.slice(end), source);
}

/** Whether a name stands in a text as a word. */
function holds(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(text);
}

function shorthandEdits(ts: typeof TypeScript, file: TypeScript.SourceFile, earlier: string): Edit[] {
  const edits: Edit[] = [];
  const visit = (node: TypeScript.Node): void => {
    if (ts.isShorthandPropertyAssignment(node) && holds(earlier, node.name.text))
      edits.push({ start: node.name.end, end: node.name.end, text: `: ${node.name.text}` });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return edits;
}

function exportEdits(ts: typeof TypeScript, file: TypeScript.SourceFile, earlier: string): Edit[] {
  const blank = (start: number, end: number): Edit => ({
    start,
    end,
    text: file.text.slice(start, end).replaceAll(/[^\n]/g, ' '),
  });
  return file.statements.flatMap((statement) => {
    if (ts.isExportAssignment(statement) && !statement.isExportEquals) {
      const { expression } = statement;
      return inParentheses(blank(statement.getStart(), expression.getStart()), expression.end);
    }
    if (ts.isExportDeclaration(statement)) {
      const { exportClause, moduleSpecifier } = statement;
      if (!exportClause)
        return [{ ...blank(statement.getStart(), moduleSpecifier!.getStart()), text: 'import ' }];
      if (moduleSpecifier || !ts.isNamedExports(exportClause)) return [];
      const others = file.text.slice(0, statement.pos) + file.text.slice(statement.end) + earlier;
      const isPlain = exportClause.elements.every(
        ({ propertyName, name }) => !propertyName && holds(others, name.text),
      );
      return isPlain ? [blank(statement.getStart(), statement.end)] : [];
    }
    const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
    const words = modifiers.filter(
      ({ kind }) => kind === ts.SyntaxKind.ExportKeyword || kind === ts.SyntaxKind.DefaultKeyword,
    );
    const edits = words.map((word) => blank(word.getStart(), word.end));
    const isNameless =
      (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && !statement.name;
    if (!isNameless || edits.length < 2) return edits;
    // A declaration ends without a semicolon, an expression may not.
    const [opening, closing] = inParentheses(edits[1], statement.end);
    return [edits[0], opening, { ...closing, text: ');' }];
  });
}

/** A piece in whose place a parenthesis opens, which closes at `end`: what stands between is an expression, whatever it begins with. */
function inParentheses(edit: Edit, end: number): Edit[] {
  return [
    { ...edit, text: `;(${edit.text.slice(2)}` },
    { start: end, end, text: ')' },
  ];
}

function resultEdits(ts: typeof TypeScript, file: TypeScript.SourceFile): Edit[] {
  const isUsing = file.statements.some(
    (statement) =>
      ts.isVariableStatement(statement) && (statement.declarationList.flags & ts.NodeFlags.Using) !== 0,
  );
  const last = file.statements.at(-1);
  if (!isUsing || !last || !ts.isExpressionStatement(last)) return [];
  const [start, end] = [last.expression.getStart(), last.expression.end];
  return [
    { start, end: start, text: `Reflect.set(globalThis, Symbol.for('${resultKey}'), (` },
    { start: end, end, text: '))' },
  ];
}
