/**
 * Time and peak memory against images, exemplars and dimensions; every point in a separate process. Prints tables and draws
 * `bench/curves.svg` (needs Chromium).
 *
 *   npm run bench:curves -- [--root MTD --weights RESNET50_V2]
 *
 * Without `--root` and `--weights` features are synthetic, and those of images are left out.
 */
import '../src/platform';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { createRandom, sampleWithoutReplacement } from '../src/base';
import { textTable } from '../src/cli/table';
import { createExtractor, extractAll } from '../src/features';
import { loadBackbone, mtd } from '../src/files';
import { samplesOf } from '../src/images';
import { createFeatureMatrix, type FeatureMatrix, normalizeRows, selectRows } from '../src/matrix';
import { kCenter, subspaceSampling } from '../src/sampling';
import { encode, omp, reconstruct } from '../src/subspace';
import { chromiumPath } from '../test/helpers/chromium';
import { clock, lowRankFeatures, tileFeatures } from './bench-data';

const { values } = parseArgs({
  options: {
    root: { type: 'string' },
    weights: { type: 'string' },
    bank: { type: 'string' },
    point: { type: 'string' },
  },
});

/** Patches of a 224x224 image at level 2. */
const patches = 784;
const dims = 512;
const bankPath = join(tmpdir(), `spanlab-curves-${process.pid}.f32`);

interface Point {
  work: 'subspace sampling' | 'k-center' | 'OMP reconstruction' | 'features of three levels';
  images: number;
  exemplars: number;
  dims: number;
}

interface Measured extends Point {
  seconds: number;
  /** Peak of the process, GB. */
  memory: number;
}

/** The bank's first rows and columns. */
function bankOf(path: string, { images, dims: cols }: Point): FeatureMatrix {
  const rows = images * patches;
  const bytes = readFileSync(path).buffer;
  const whole = new Float32Array(bytes, 0, rows * dims);
  if (cols === dims) return createFeatureMatrix(rows, cols, whole);
  const part = createFeatureMatrix(rows, cols);
  for (let row = 0; row < rows; row++)
    part.data.set(whole.subarray(row * dims, row * dims + cols), row * cols);
  return part;
}

async function measure(point: Point): Promise<number> {
  const { work, images, exemplars } = point;
  if (work === 'features of three levels') {
    const dataset = await mtd(values.root!);
    const samples = [...samplesOf(dataset, 'train'), ...samplesOf(dataset, 'test')].slice(0, images);
    const network = await loadBackbone('resnet50_v2', values.weights);
    const extractor = await createExtractor(network, { size: 224, levels: [1, 2, 3] });
    return (await clock(1, () => extractAll(extractor, samples))).milliseconds / 1000;
  }
  const bank = bankOf(values.bank!, point);
  if (work === 'OMP reconstruction') {
    const dictionary = normalizeRows(
      selectRows(bank, sampleWithoutReplacement(bank.rows, exemplars, createRandom(0))),
    );
    const image = normalizeRows({
      rows: patches,
      cols: bank.cols,
      data: bank.data.slice(0, patches * bank.cols),
    });
    const run = async () => reconstruct(await encode(image, dictionary, omp({ atoms: 10 })), dictionary);
    await run();
    return (await clock(5, run)).milliseconds / 1000;
  }
  const sample =
    work === 'k-center' ? () => kCenter(bank, { exemplars }) : () => subspaceSampling(bank, { exemplars });
  return (await clock(1, sample)).milliseconds / 1000;
}

function measureApart(point: Point): Measured {
  const options = Object.entries({ ...values, bank: bankPath, point: JSON.stringify(point) }).flatMap(
    ([name, value]) => (value ? [`--${name}`, value] : []),
  );
  const output = execFileSync(process.execPath, ['--import', 'tsx', __filename, ...options], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const measured = { ...point, ...(JSON.parse(output) as { seconds: number; memory: number }) };
  console.error(
    `${point.work}, ${point.images} images, ${point.exemplars} exemplars, ${point.dims} dims: ${measured.seconds.toFixed(2)} s`,
  );
  return measured;
}

const whole = { images: 200, exemplars: 784, dims };
const works = ['subspace sampling', 'k-center', 'OMP reconstruction'] as const;
const axes = {
  images: [25, 50, 100, 200],
  exemplars: [196, 392, 784, 1568],
  dims: [64, 128, 256, 512],
};
type Axis = keyof typeof axes;

async function draw(curves: Record<Axis, Measured[]>): Promise<void> {
  const colours: Record<string, string> = {
    'subspace sampling': '#1f77b4',
    'k-center': '#ff7f0e',
    'OMP reconstruction': '#2ca02c',
    'features of three levels': '#7f7f7f',
  };
  const columns = Object.keys(curves) as Axis[];
  const data = columns.flatMap((axis, column) => {
    const names = [...new Set(curves[axis].map(({ work }) => work))];
    return names.flatMap((name) =>
      (['seconds', 'memory'] as const).map((quantity, row) => {
        const points = curves[axis].filter(({ work }) => work === name);
        const plot = row * columns.length + column + 1;
        return {
          x: points.map((point) => point[axis]),
          y: points.map((point) => point[quantity]),
          name,
          mode: 'lines+markers',
          line: { color: colours[name] },
          legendgroup: name,
          showlegend: row === 0 && column === 0,
          xaxis: `x${plot}`,
          yaxis: `y${plot}`,
        };
      }),
    );
  });
  const layout: Record<string, unknown> = {
    grid: { rows: 2, columns: columns.length, pattern: 'independent', xgap: 0.12, ygap: 0.18 },
    width: 960,
    height: 560,
    margin: { l: 60, r: 10, t: 40, b: 50 },
    legend: { orientation: 'h', y: 1.12 },
    font: { family: 'sans-serif', size: 12 },
  };
  columns.forEach((axis, column) => {
    ['seconds', 'peak memory, GB'].forEach((title, row) => {
      const plot = row * columns.length + column + 1;
      layout[`xaxis${plot}`] = {
        title: { text: row === 0 ? '' : axis === 'dims' ? 'dimensions' : axis },
        type: 'log',
        tickvals: [...new Set(curves[axis].map((point) => point[axis]))],
      };
      layout[`yaxis${plot}`] = {
        title: { text: column === 0 ? title : '' },
        ...(row === 0 ? { type: 'log', dtick: 1, range: [-2, 2] } : { range: [0, 3.2] }),
      };
    });
  });
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
  const page = await browser.newPage();
  await page.addScriptTag({ path: require.resolve('plotly.js-dist') });
  const url = await page.evaluate(
    // @ts-expect-error Plotly is the page's.
    (figure) => Plotly.toImage(figure, { format: 'svg', width: 960, height: 560 }) as Promise<string>,
    { data, layout },
  );
  await browser.close();
  writeFileSync(join(__dirname, 'curves.svg'), decodeURIComponent(url.replace(/^data:image\/svg\+xml,/, '')));
}

async function main(): Promise<void> {
  if (values.point) {
    const seconds = await measure(JSON.parse(values.point) as Point);
    console.log(JSON.stringify({ seconds, memory: (process.resourceUsage().maxRSS * 1024) / 1e9 }));
    return;
  }
  const { root, weights } = values;
  const bank =
    root && weights
      ? (await tileFeatures(root, weights, [2]))[0].features
      : lowRankFeatures(200 * patches, dims);
  writeFileSync(bankPath, new Uint8Array(bank.data.buffer, bank.data.byteOffset, bank.data.byteLength));
  try {
    const curves = {} as Record<Axis, Measured[]>;
    for (const axis of Object.keys(axes) as Axis[]) {
      curves[axis] = works.flatMap((work) =>
        axes[axis].map((value) => measureApart({ work, ...whole, [axis]: value })),
      );
    }
    if (root && weights) {
      curves.images.push(
        ...[50, 100, 200, 400].map((images) =>
          measureApart({ work: 'features of three levels', images, exemplars: 0, dims: 1792 }),
        ),
      );
    }
    const rows = Object.values(curves)
      .flat()
      .map(({ work, images, exemplars, dims: cols, seconds, memory }) => [
        work,
        String(images),
        String(exemplars),
        String(cols),
        seconds.toFixed(3),
        memory.toFixed(2),
      ]);
    console.log(textTable(['work', 'images', 'exemplars', 'dims', 'seconds', 'peak GB'], rows));
    await draw(curves);
  } finally {
    rmSync(bankPath, { force: true });
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
