/** Lets `import 'spanlab'` find this repository from its own folders, so that notebooks run here under tslab's kernel, too. */
const { existsSync, symlinkSync } = require('node:fs');
const { join } = require('node:path');

const link = join(__dirname, '..', 'node_modules', 'spanlab');
if (!existsSync(link)) symlinkSync(join(__dirname, '..'), link, 'junction');
