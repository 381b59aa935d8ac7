/** Lets `import 'spanlab'` find this repository from its own folders, so that notebooks run here under tslab's kernel, too. */
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { cwd } from 'node:process';

const link = join(cwd(), 'node_modules', 'spanlab');
if (!existsSync(link)) symlinkSync(cwd(), link, 'junction');
