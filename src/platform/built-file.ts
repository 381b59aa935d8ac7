import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The text of a script or style sheet that the build puts into `dist/browser`. */
export function builtFile(name: string): string {
  return readFileSync(join(__dirname, '..', '..', 'dist', 'browser', name), 'utf8');
}
