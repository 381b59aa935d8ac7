import type * as TypeScript from 'typescript';

/**
 * Writes `{ name }` as `{ name: name }` where `name` is of an earlier cell. tslab turns variables of earlier cells into
 * properties of an object, but leaves this shorthand as it is, so that it would find no variable. Lines stay the same.
 *
 * @param earlier declarations of the earlier cells
 */
export function expandShorthand(ts: typeof TypeScript, source: string, earlier: string): string {
  const places: { end: number; name: string }[] = [];
  const visit = (node: TypeScript.Node): void => {
    if (ts.isShorthandPropertyAssignment(node)) {
      const name = node.name.text;
      if (new RegExp(`\\b${name.replaceAll('$', '\\$')}\\b`).test(earlier))
        places.push({ end: node.name.end, name });
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('cell.ts', source, ts.ScriptTarget.ES2022));
  return places
    .sort((a, b) => b.end - a.end)
    .reduce((text, { end, name }) => `${text.slice(0, end)}: ${name}${text.slice(end)}`, source);
}
