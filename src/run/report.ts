import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import sharp from 'sharp';
import { decodeImage, encodeMaskPng } from '../images';
import {
  heatColour,
  proFigure,
  rocFigure,
  samplingCostFigure,
  scoreHistogram,
  sparsityFigure,
} from '../plots';
import type { Configuration } from './configuration';
import type { CategoryResult } from './experiment';
import { escapeHtml } from './escape-html';
import { reportScript, reportStyle } from './report-page';
import { greyMap, heatRange, mapFraming, mapOf } from './result-files';

/** Test images shown per category. */
const shownPerCategory = 36;

/** The scores of all categories as the rows of a table, with their mean last where there are several. */
export function scoresTable(results: readonly CategoryResult[]): {
  head: string[];
  rows: string[][];
  meanLast: boolean;
} {
  const head = [
    'category',
    'pixel AUROC',
    'AP',
    'PRO',
    'image AUROC',
    'image AP',
    'exemplars',
    'bank MB',
    'features ms',
    'scoring ms',
  ];
  const numbers = results.map(({ pixel, image, reconstructor, timings }) => [
    pixel?.auroc,
    pixel?.averagePrecision,
    pixel?.pro,
    image?.auroc,
    image?.averagePrecision,
    reconstructor.exemplars.length,
    reconstructor.bytes / 1e6,
    timings.featuresPerImage,
    timings.scoringPerImage,
  ]);
  const format = (value: number | undefined, column: number) =>
    value === undefined ? 'n/a' : value.toFixed(column < 5 ? 4 : column === 5 ? 0 : 1);
  const rows = results.map(({ name }, index) => [name, ...numbers[index].map(format)]);
  if (results.length < 2) return { head, rows, meanLast: false };
  const means = numbers[0].map((_, column) => {
    const known = numbers.map((row) => row[column]).filter((value) => value !== undefined);
    return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : undefined;
  });
  return { head, rows: [...rows, ['mean', ...means.map(format)]], meanLast: true };
}

/**
 * One self-contained HTML page: scores, score histograms, ROC and PRO curves, the sampling's cost, coefficient sparsity, and
 * overlays with sliders for opacity and threshold. Plotly is inside; the page opens offline.
 */
export async function renderReport(
  results: readonly CategoryResult[],
  configuration: Configuration,
  title: string,
): Promise<string> {
  const plotly = await promisify(gzip)(await readFile(require.resolve('plotly.js-dist')));
  const data = {
    table: scoresTable(results),
    notices: results.flatMap(({ name, notices, skipped }) => [
      ...notices.map((notice) => `${name}: ${notice}`),
      ...skipped.map(({ reason }) => `${name}: skipped: ${reason}`),
    ]),
    heatColours: Array.from({ length: 256 }, (_, value) =>
      heatColour(value / 255).map((part) => Math.round(part * 255)),
    ),
    configuration,
    categories: await Promise.all(results.map((result) => describe(result, configuration))),
  };
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p class="lead">Subspace-guided feature reconstruction: ${escapeHtml(describeMethod(configuration))}</p>
</main>
<script type="application/json" id="data">${json}</script>
<script type="text/plain" id="plotly">${plotly.toString('base64')}</script>
<script>${reportScript}</script>
</body>
</html>
`;
}

function describeMethod({ backbone, size, levels, granularity, solver, sampler }: Configuration): string {
  const model = Object.entries(solver)
    .map(([name, value]) => (name === 'name' ? value : `${name} ${value}`))
    .join(', ');
  return `${backbone} at ${size}x${size}, level ${levels.join(' and ')}, granularity ${granularity}, ${model}, ${sampler} sampling`;
}

async function describe(result: CategoryResult, configuration: Configuration) {
  const { name, samples, imageScores, pixel, image, reconstructor } = result;
  const { sampling, exemplars, granularity } = reconstructor;
  const isSubspace = configuration.sampler === 'subspace';
  const figures = [
    scoreHistogram(
      imageScores,
      samples.map(({ label }) => label === 'anomalous'),
      image?.threshold,
    ),
    rocFigure({ ...(pixel && { pixels: pixel.roc }), ...(image && { images: image.roc }) }),
    ...(pixel ? [proFigure({ [name]: pixel.proCurve })] : []),
    ...(sampling.costs.some(Number.isFinite)
      ? [
          samplingCostFigure(
            { [configuration.sampler]: sampling.costs },
            isSubspace ? 'largest self-representation cost' : 'largest distance to an exemplar',
          ),
        ]
      : []),
    sparsityFigure(
      result.nonzeros,
      exemplars.length * (granularity === 'position' ? configuration.window ** 2 : 1),
    ),
  ];
  const range = heatRange(result);
  const { width, height } = result.maps;
  const pictures = await Promise.all(
    choosePictures(result).map(async (index) => {
      const sample = samples[index];
      const mask = result.masks[index];
      const decoded = await decodeImage(sample.path, mapFraming(configuration));
      const bytes = Uint8ClampedArray.from(decoded.data, (value) => value * 255);
      const jpeg = await sharp(bytes, { raw: { width, height, channels: 3 } })
        .jpeg({ quality: 88 })
        .toBuffer();
      const grey = await sharp(greyMap(mapOf(result, index), range), { raw: { width, height, channels: 1 } })
        .png()
        .toBuffer();
      return {
        name: basename(sample.path),
        defect: sample.defect,
        score: imageScores[index],
        image: `data:image/jpeg;base64,${jpeg.toString('base64')}`,
        map: `data:image/png;base64,${grey.toString('base64')}`,
        mask: mask?.data.includes(1)
          ? `data:image/png;base64,${(await encodeMaskPng(mask)).toString('base64')}`
          : null,
      };
    }),
  );
  return { name, figures, range, threshold: result.threshold, mapSize: width, pictures };
}

/** Test images spread over the kinds of defect, and over their scores within a kind. */
function choosePictures({ samples, imageScores }: CategoryResult): number[] {
  const kinds = new Map<string, number[]>();
  samples.forEach(({ defect }, index) => {
    kinds.set(defect, [...(kinds.get(defect) ?? []), index]);
  });
  const perKind = Math.max(2, Math.floor(shownPerCategory / Math.max(1, kinds.size)));
  return [...kinds.values()].flatMap((indices) => {
    const ordered = [...indices].sort((a, b) => imageScores[b] - imageScores[a]);
    if (ordered.length <= perKind) return ordered;
    return Array.from(
      { length: perKind },
      (_, place) => ordered[Math.floor((place * (ordered.length - 1)) / (perKind - 1))],
    );
  });
}
