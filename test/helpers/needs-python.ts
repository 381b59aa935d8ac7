import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Whether a test file, or a helper that it imports, names the folder of the local Python environment. */
export function needsPython(path: string, seen = new Set<string>()): boolean {
  if (seen.has(path)) return false;
  seen.add(path);
  const text = readFileSync(path, 'utf8');
  if (text.includes("'.python'")) return true;
  const helpers = text.matchAll(/from '(\.\.?\/[^']*)'/g);
  return [...helpers]
    .map(([, name]) => join(dirname(path), `${name}.ts`))
    .filter((helper) => helper.includes(join('test', 'helpers')))
    .some((helper) => needsPython(helper, seen));
}
