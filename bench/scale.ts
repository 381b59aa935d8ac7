/**
 * Time, processor time, peak memory and the bank's size of `spanlab run` on many images, each run in a separate process.
 *
 *   npm run bench:scale -- [--images 1000,7000] [--presets default,patchcore] [--folder DIR] [--keep]
 *
 * Images of 256x256 are drawn into `--folder`, and deleted afterwards unless `--keep` says otherwise. Needs GNU time (`/usr/bin/time`).
 */
import '../src/platform';
import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { textTable } from '../src/cli/table';
import { writePng } from '../src/files';
import { drawSynthetic } from '../src/images';

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '1000,7000' },
    presets: { type: 'string', default: 'default,patchcore' },
    folder: { type: 'string', default: join(tmpdir(), 'spanlab-scale') },
    keep: { type: 'boolean', default: false },
  },
});

const [size, testImages] = [256, 40];
const surface = 'nut';

/** Draws nominal images and a few test images once; a set of fewer links to them. */
async function drawSet(root: string, count: number): Promise<void> {
  const draw = async (part: string, total: number, options: Parameters<typeof drawSynthetic>[1]) => {
    const folder = join(root, surface, part);
    mkdirSync(folder, { recursive: true });
    for (let index = 0; index < total; index++) {
      const path = join(folder, `${String(index).padStart(5, '0')}.png`);
      if (!existsSync(path))
        await writePng(path, drawSynthetic(surface, { size, seed: index, ...options }).image);
    }
  };
  await draw('train/good', count, {});
  await draw('test/good', testImages / 2, { seed: 1e6 });
  await draw('test/hole', testImages / 2, { seed: 2e6, defect: 'hole' });
}

/** A set whose nominal images are the first ones of another. */
function linkSet(from: string, to: string, count: number): void {
  for (const part of ['train/good', 'test/good', 'test/hole']) {
    const [source, target] = [join(from, surface, part), join(to, surface, part)];
    mkdirSync(target, { recursive: true });
    for (const name of readdirSync(source).sort().slice(0, count))
      if (!existsSync(join(target, name))) linkSync(join(source, name), join(target, name));
  }
}

/** One run of the command line, as GNU time measures it. */
function runOnce(root: string, preset: string, out: string): string[] {
  const main = join(__dirname, '..', 'dist', 'cli', 'main.js');
  const times = join(out, 'times.txt');
  mkdirSync(out, { recursive: true });
  const flags = preset === 'default' ? [] : ['--preset', preset];
  const command = [
    ...[process.execPath, main, 'run', '--dataset', 'mvtec', '--root', root, '--size', String(size)],
    ...['--out', out, '--bank', '--no-cache', '--profile', join(out, 'trace.json'), ...flags],
  ];
  execFileSync('/usr/bin/time', ['-f', '%e %U %S %M', '-o', times, ...command], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [wall, user, system, kilobytes] = readFileSync(times, 'utf8').trim().split(' ').map(Number);
  const bank = statSync(join(out, 'banks', `${surface}.safetensors`)).size;
  return [wall.toFixed(0), (user + system).toFixed(0), (kilobytes / 1e6).toFixed(2), (bank / 1e6).toFixed(1)];
}

async function main(): Promise<void> {
  const { folder } = values;
  const counts = values.images.split(',').map(Number);
  const largest = Math.max(...counts);
  try {
    const all = join(folder, 'all');
    await drawSet(all, largest);
    const rows: string[][] = [];
    for (const preset of values.presets.split(','))
      for (const count of counts) {
        const root = join(folder, `set-${count}`);
        linkSet(all, root, count);
        rows.push([preset, String(count), ...runOnce(root, preset, join(folder, `out-${preset}-${count}`))]);
        console.error(rows.at(-1)!.join('  '));
      }
    console.log(
      `${cpus().length} x ${cpus()[0].model}, Node.js ${process.version}, images of ${size}x${size}\n`,
    );
    console.log(textTable(['method', 'images', 'wall, s', 'processor, s', 'peak, GB', 'bank, MB'], rows));
  } finally {
    if (!values.keep) rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
