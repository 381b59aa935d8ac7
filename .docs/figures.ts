/**
 * Draws the figures of these pages: `npm run docs:figures`. Needs Chromium for those that Plotly draws.
 */
import '../src/platform';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { evaluate, fitDetector } from '../src/detector';
import { createExtractor, extractAll, sliceMaps } from '../src/features';
import { decodeImage, decodeMask, loadBackbone, openDatasets, writePng } from '../src/files';
import { createPlane, type RgbImage, samplesOf } from '../src/images';
import { normalizeRows, selectRows } from '../src/matrix';
import { drawOutline, enlarge, type Figure, fitPcaColours, heatOverlay, linesFigure, mapImage, matrixFigure, predictionColour, proFigure, thresholdMap, tile, toyFigure, truthColour } from '../src/plots';
import { fitReconstructor } from '../src/reconstruction';
import { kCenter, randomSampling, subspaceSampling } from '../src/sampling';
import { anomalyMaps } from '../src/scoring';
import { denseCodes, encode, lasso, omp, reconstruct, selfExpress, toySubspaces } from '../src/subspace';
import { chromiumPath } from '../test/helpers/chromium';

const folder = join(__dirname, 'figures');

async function drawFigure(name: string, { data, layout }: Figure, width: number, height: number): Promise<void> {
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: ['--no-sandbox', '--use-gl=swiftshader', '--enable-unsafe-swiftshader'],
  });
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ path: require.resolve('plotly.js-dist') });
    const url = await page.evaluate(
      // @ts-expect-error Plotly is the page's.
      ([figure, size]) => Plotly.toImage(figure, { format: 'png', ...size, scale: 2 }) as Promise<string>,
      [{ data, layout: { ...layout, paper_bgcolor: '#fff' } }, { width, height }] as const,
    );
    writeFileSync(join(folder, name), Buffer.from(url.split(',')[1], 'base64'));
  } finally {
    await browser.close();
  }
}

function drawImages(name: string, images: readonly RgbImage[], columns: number): Promise<void> {
  return writePng(join(folder, name), tile(images, { columns, gap: 6 }));
}

async function features(): Promise<void> {
  const size = 128;
  const [nut] = await openDatasets('synthetic', { categories: ['nut'] });
  const extractor = await createExtractor(await loadBackbone('scattering'), { size, levels: [1, 2, 3] });
  const samples = [...samplesOf(nut, 'train').slice(0, 12), samplesOf(nut, 'test').find(({ defect }) => defect === 'stain')!];
  const { maps } = await extractAll(extractor, samples);
  await extractor.dispose();
  const rows: RgbImage[] = [];
  for (const index of [0, samples.length - 1]) {
    rows.push(enlarge(await decodeImage(samples[index].path, { size }), 2));
    for (const level of maps) {
      const colours = fitPcaColours(level.features);
      const { features: own, height, width } = sliceMaps(level, index, index + 1);
      rows.push(enlarge(colours(own, { height, width }), Math.floor((2 * size) / height)));
    }
  }
  await drawImages('features.png', rows, 4);
}

async function subspaces(): Promise<void> {
  const { features: points } = toySubspaces({ ambient: 6, subspaces: 3, points: 30, seed: 1 });
  const codes = await selfExpress(points, lasso({ multiple: 10 }));
  await drawFigure('self-expression.png', matrixFigure(createPlane({ width: points.rows, height: points.rows }, denseCodes(codes).map(Math.abs)), { title: 'Magnitude of the coefficients of 90 points over each other', x: 'atom', y: 'point' }), 520, 480);
}

async function sampling(): Promise<void> {
  const { features: points, bases } = toySubspaces({ points: 90 });
  const { indices } = await subspaceSampling(points, { exemplars: 2 });
  const plane = selectRows(points, indices);
  const rebuilt = await reconstruct(await encode(points, plane, omp({ atoms: 2 })), plane);
  await drawFigure('toy.png', toyFigure({ features: points, bases, exemplars: indices, rebuilt }), 640, 520);

  const { features: drawn } = toySubspaces({ ambient: 20, dimension: 3, subspaces: 4, points: 150, noise: 0.01, seed: 3 });
  const many = normalizeRows(drawn);
  const exemplars = 40;
  const counts = Array.from({ length: exemplars }, (_, index) => index + 1);
  const worst: Record<string, { x: number[]; y: number[] }> = {};
  for (const [name, sample] of Object.entries({ subspace: subspaceSampling, 'k-center': kCenter, random: randomSampling })) {
    const chosen = (await sample(many, { exemplars })).indices;
    const y: number[] = [];
    for (const count of counts) {
      const dictionary = selectRows(many, chosen.slice(0, count));
      const close = await reconstruct(await encode(many, dictionary, omp({ atoms: 3 })), dictionary);
      let largest = 0;
      for (let row = 0; row < many.rows; row++) {
        let square = 0;
        for (let at = row * many.cols; at < (row + 1) * many.cols; at++) square += (many.data[at] - close.data[at]) ** 2;
        largest = Math.max(largest, Math.sqrt(square));
      }
      y.push(largest);
    }
    worst[name] = { x: counts, y };
    console.log(name, y.map((value) => value.toFixed(2)).join(' '));
  }
  await drawFigure('samplers.png', linesFigure(worst, { title: 'The worst rebuilt of 600 points', x: 'exemplars', y: 'residual' }), 680, 380);
}

async function reconstruction(): Promise<void> {
  const size = 128;
  const [capsule] = await openDatasets('synthetic', { categories: ['capsule'] });
  const extractor = await createExtractor(await loadBackbone('scattering'), { size, levels: [2] });
  const nominal = await extractAll(extractor, samplesOf(capsule, 'train'));
  const fitted = await fitReconstructor(nominal.maps, { granularity: 'position', window: 3, solver: omp({ atoms: 3 }), metric: 'euclidean' });
  const target = samplesOf(capsule, 'test').find(({ defect }) => defect === 'stain')!;
  const [level] = await fitted.reconstruct((await extractAll(extractor, [target])).maps);
  await extractor.dispose();
  const { height, width, residuals } = level;
  const colours = fitPcaColours(nominal.maps[0].features);
  const factor = Math.floor((2 * size) / height);
  const image = drawOutline(await decodeImage(target.path, { size }), await decodeMask(target.maskPath as string, { size }), truthColour);
  const [map] = anomalyMaps([level], fitted.calibration, { size, sigma: 2 });
  await drawImages('reconstruction.png', [
    enlarge(image, 2),
    enlarge(colours(level.target, { height, width }), factor),
    enlarge(colours(level.rebuilt, { height, width }), factor),
    enlarge(mapImage(createPlane({ width, height }, residuals), { heat: true }), factor),
    enlarge(heatOverlay(await decodeImage(target.path, { size }), map, { range: [0, 6] }), 2),
  ], 5);
}

async function scoring(): Promise<void> {
  const [capsule] = await openDatasets('synthetic', { categories: ['capsule'] });
  const detector = await fitDetector(capsule);
  const { samples, maps, masks, thresholds, pixel } = await evaluate(detector, capsule);
  const { mapSize: size } = detector.configuration;
  await detector.dispose();
  const shown: RgbImage[] = [];
  for (const [index, { path, label }] of samples.entries()) {
    if (label === 'nominal' || shown.length === 12) continue;
    const image = await decodeImage(path, { size });
    const heat = heatOverlay(image, maps[index], { range: [0, 2 * thresholds.pixel] });
    const prediction = thresholdMap(maps[index], thresholds.pixel);
    shown.push(drawOutline(image, masks[index]!, truthColour), drawOutline(heat, prediction, predictionColour));
  }
  await drawImages('overlays.png', shown, 6);
  await drawFigure('pro.png', proFigure({ capsule: pixel!.proCurve }), 520, 360);
}

/** The folders of src/ in the order of the data, with an arrow from each to those that import it. */
function architecture(): void {
  const source = join(__dirname, '..', 'src');
  const does: Record<string, string> = {
    base: 'checks, progress, random numbers, ports',
    matrix: 'feature matrices, products, SIMD kernels',
    images: 'images, planes, masks, synthetic images',
    features: 'networks as data, engines, patch features',
    subspace: 'self-expressive solvers, toy, clustering',
    sampling: 'subspace, k-center, random',
    reconstruction: 'granularities, reconstruction, residuals',
    scoring: 'anomaly maps, AUROC, AP, PRO',
    configuration: 'every parameter, one row each',
    detector: 'the whole method as one object',
    pipeline: 'the method in memoized stages',
    plots: 'overlays and figures as plain data',
    study: "the paper's claims as experiments",
    files: 'images, data sets, weights on disk',
    platform: 'services of Node.js for the core',
    explanation: 'a position as a sum of exemplars',
    notebook: 'controls and figures in Jupyter',
    workbench: 'every parameter as a control',
    browser: 'scripts of the report and the workbench',
    run: 'runs, sweeps, reports',
    cli: 'the command line',
  };
  const order = Object.keys(does);
  const importsOf = (part: string) => {
    const files = readdirSync(join(source, part), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const found = files.flatMap((name) =>
      [...readFileSync(join(source, part, name), 'utf8').matchAll(/from '(?:\.\.\/)+([a-z]+)/g)].map(([, other]) => other),
    );
    return order.filter((other) => other !== part && found.includes(other));
  };
  const [step, boxHeight, left, boxWidth] = [58, 40, 24, 420];
  const middle = (part: string) => 20 + order.indexOf(part) * step + boxHeight / 2;
  const boxes = order.map((part) => {
    const y = middle(part) - boxHeight / 2;
    return `<rect x="${left}" y="${y}" width="${boxWidth}" height="${boxHeight}" rx="6" fill="#eef3fa" stroke="#2f5d9b"/><text x="${left + 14}" y="${y + 25}" font-weight="600">${part}</text><text x="${left + 130}" y="${y + 25}" fill="#52606d">${does[part]}</text>`;
  });
  const arrows = order.flatMap((part) =>
    importsOf(part).map((other) => {
      if (order.indexOf(other) > order.indexOf(part)) throw new Error(`${part} imports ${other}, which comes after it`);
      const [from, to] = [middle(other) + 5, middle(part) - 5];
      const reach = left + boxWidth + 14 + 17 * (order.indexOf(part) - order.indexOf(other));
      return `<path d="M ${left + boxWidth} ${from} C ${reach} ${from}, ${reach} ${to}, ${left + boxWidth + 3} ${to}" fill="none" stroke="#8aa4c8" marker-end="url(#head)"/>`;
    }),
  );
  const height = 20 + order.length * step;
  writeFileSync(
    join(folder, 'architecture.svg'),
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 ${height}" width="800" height="${height}" font-family="sans-serif" font-size="13"><defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" fill="#8aa4c8"/></marker></defs><rect width="800" height="${height}" fill="#fff"/>${arrows.join('')}${boxes.join('')}</svg>\n`,
  );
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  for (const draw of [architecture, features, subspaces, sampling, reconstruction, scoring]) {
    if (wanted.length > 0 && !wanted.includes(draw.name)) continue;
    await draw();
    console.log(`drew ${draw.name}`);
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
