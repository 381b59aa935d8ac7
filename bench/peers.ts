/**
 * anomalib's PatchCore and PaDiM and spanlab's, from images to scores: the same images, network, size and share of patches, each in a
 * separate process. Prints wall and processor time and peak memory of both, and whether their image scores agree.
 *
 *   npm run bench:peers -- [--root MVTEC --category NAME] [--nominal 209] [--test 83] [--size 320] [--share 0.01] [--only patchcore,padim]
 *
 * Without `--root` images are drawn. anomalib is installed once from PyPI, into `.python-peers` (6 GB); images are of `--size`. Needs
 * GNU time (`/usr/bin/time`).
 */
import '../src/platform';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { textTable } from '../src/cli/table';
import { embeddedWeightsPath, writePng } from '../src/files';
import { drawSynthetic } from '../src/images';
import { lastingPython } from './python';
import { largestDifference, rankCorrelation } from './score-agreement';

const { values } = parseArgs({
  options: {
    root: { type: 'string' },
    category: { type: 'string', default: 'nut' },
    nominal: { type: 'string', default: '209' },
    test: { type: 'string', default: '83' },
    size: { type: 'string', default: '320' },
    share: { type: 'string', default: '0.01' },
    only: { type: 'string', default: 'patchcore,padim' },
    python: { type: 'string' },
  },
});

/** What a whole process took. */
interface Cost {
  wall: number;
  processor: number;
  gigabytes: number;
}

/** Image scores by path within the category. */
type Scores = Readonly<Record<string, number>>;

const folder = mkdtempSync(join(tmpdir(), 'spanlab-peers-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const weights = embeddedWeightsPath('efficientnet_lite0');
/** What brings a preset closest to anomalib's: its PaDiM takes the features of single positions, and the largest value of a smoothed map. */
const closest: Record<string, string[]> = {
  patchcore: [],
  padim: ['--neighbourhood', '1', '--image-score', 'map', '--top-fraction', '0.0001', '--sigma', '4'],
};

async function drawSet(root: string): Promise<void> {
  const size = Number(values.size);
  const draw = async (part: string, count: number, options: Parameters<typeof drawSynthetic>[1]) => {
    mkdirSync(join(root, 'nut', part), { recursive: true });
    for (let index = 0; index < count; index++) {
      const { image } = drawSynthetic('nut', { ...options, size, seed: (options?.seed ?? 0) + index });
      await writePng(join(root, 'nut', part, `${String(index).padStart(4, '0')}.png`), image);
    }
  };
  const good = Math.floor(Number(values.test) / 3);
  await draw('train/good', Number(values.nominal), {});
  await draw('test/good', good, { seed: 1e6 });
  await draw('test/stain', Number(values.test) - good, { seed: 2e6, defect: 'stain' });
}

/** Runs a program under GNU time; gives what it prints last. */
function timed(command: readonly string[]): { cost: Cost; output: string } {
  const file = join(folder, 'time.txt');
  const output = execFileSync('/usr/bin/time', ['-f', '%e %U %S %M', '-o', file, ...command], {
    encoding: 'utf8',
    maxBuffer: 1e8,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [wall, user, system, kilobytes] = readFileSync(file, 'utf8').trim().split(' ').map(Number);
  return {
    cost: { wall, processor: user + system, gigabytes: kilobytes / 1e6 },
    output: output.trim().split('\n').at(-1)!,
  };
}

function runOurs(preset: string, root: string): { cost: Cost; scores: Scores; bank: string } {
  const out = join(folder, preset);
  const { category, size, share } = values;
  const { cost } = timed([
    ...[process.execPath, join(__dirname, '..', 'dist', 'cli', 'main.js'), 'run', '--dataset', 'mvtec'],
    ...['--root', root, '--category', category, '--size', size, '--map-size', size, '--preset', preset],
    ...['--out', out, '--bank', '--no-cache', ...(preset === 'patchcore' ? ['--patches', share] : [])],
    ...closest[preset],
  ]);
  const results = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8')) as {
    categories: { testImages: { path: string; score: number }[] }[];
  };
  const { testImages } = results.categories[0];
  const own = testImages.map(({ path, score }) => [relative(join(root, category), resolve(path)), score]);
  const bank = join(out, 'banks', `${category}.safetensors`);
  return { cost, scores: Object.fromEntries(own) as Scores, bank };
}

function runTheirs(python: string, preset: string, root: string, ...bank: string[]) {
  const script = join(__dirname, 'peers_anomalib.py');
  const own = join(root, values.category);
  const { cost, output } = timed([python, script, preset, own, weights, values.share, ...bank]);
  return { cost, ...(JSON.parse(output) as { fit: number; test: number; scores: Scores }) };
}

function agreement(ours: Scores, theirs: Scores): string {
  const paths = Object.keys(ours);
  const [own, other] = [paths.map((path) => ours[path]), paths.map((path) => theirs[path])];
  const difference = (100 * largestDifference(own, other)).toPrecision(2);
  return `rank correlation ${rankCorrelation(own, other).toFixed(4)}, largest difference ${difference} % of the range of scores`;
}

async function main(): Promise<void> {
  const python = values.python ?? lastingPython('.python-peers', ['anomalib>=2.7,<3', 'timm', 'safetensors']);
  const root = values.root ?? join(folder, 'images');
  if (!existsSync(root)) await drawSet(root);
  const rows: string[][] = [];
  const notes: string[] = [];
  for (const preset of values.only.split(',')) {
    const ours = runOurs(preset, root);
    const theirs = runTheirs(python, preset, root);
    const row = (name: string, { wall, processor, gigabytes }: Cost) => {
      rows.push([preset, name, wall.toFixed(1), processor.toFixed(1), gigabytes.toFixed(2)]);
      console.error(rows.at(-1)!.join('  '));
    };
    row('spanlab', ours.cost);
    row('anomalib', theirs.cost);
    notes.push(
      `${preset}: ${agreement(ours.scores, theirs.scores)}; of anomalib's time ${theirs.fit.toFixed(0)} s fit and ${theirs.test.toFixed(0)} s test`,
    );
    if (preset === 'patchcore') {
      const same = runTheirs(python, preset, root, ours.bank);
      notes.push(`${preset}, anomalib with spanlab's exemplars: ${agreement(ours.scores, same.scores)}`);
    }
  }
  console.log(`${cpus().length} x ${cpus()[0].model}, Node.js ${process.version}\n`);
  console.log(textTable(['method', 'program', 'wall, s', 'processor, s', 'peak, GB'], rows));
  console.log(`\n${notes.join('\n')}`);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
