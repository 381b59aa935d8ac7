import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

const source = join(__dirname, '..', '..', 'src');

/** An example of a docstring. */
export interface Example {
  /** The function that it belongs to. */
  name: string;
  file: string;
  code: string;
}

/** The examples of all docstrings under `src/`. */
export function examples(): Example[] {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  return files.flatMap((name) => {
    const path = join(source, name);
    const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, true);
    return file.statements.flatMap((statement) =>
      ts
        .getJSDocTags(statement)
        .filter(({ tagName }) => tagName.text === 'example')
        .map((tag): Example => {
          const text = ts.getTextOfJSDocComment(tag.comment) ?? '';
          const code = /```ts\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
          return { name: nameOf(statement), file: relative(source, path), code };
        }),
    );
  });
}

/** The name that a statement declares. */
function nameOf(statement: ts.Statement): string {
  return (statement as { name?: ts.Identifier }).name?.text ?? '';
}

/**
 * An example as the body of an async function that checks its results: an expression that ends with `// VALUE` must have that
 * value.
 */
export function checkedBody(code: string): string {
  const lines = code.trimEnd().split('\n');
  return lines
    .map((line, index) => {
      const [, before, value] = /^(.*?)\s*\/\/ (.+)$/.exec(line) ?? [];
      if (value === undefined) return line;
      if (before === '') return index > 0 && isResult(value) ? `__same(__last, ${value});` : line;
      const expected = value.startsWith('{') ? value : value.replace(/: .*$/, '');
      if (!isResult(expected)) return line;
      const logged = /^(\s*)console\.log\((.*)\);?$/.exec(before);
      if (logged) return `${logged[1]}__same([${logged[2]}].join(' '), '${expected}');`;
      return /^(const|let|import|await detector\.save)\b/.test(before.trim())
        ? line
        : `__same(${before.replace(/;$/, '')}, ${expected});`;
    })
    .map((line, index, all) =>
      all[index + 1]?.startsWith('__same(__last') ? `const __last = ${line}` : line,
    )
    .join('\n');
}

/** Whether a comment is a value rather than words. */
function isResult(text: string): boolean {
  return /^(-?[\d[{']|true\b|false\b)/.test(text) && !/^\d+ [a-z]/.test(text);
}
