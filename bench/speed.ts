/**
 * Times the toolkit's hot paths beside named peers in the same run, and prints their ratios: peer's time by spanlab's.
 *
 *   npm run bench:speed -- [--root MTD --weights RESNET50_V2] [--python PYTHON] [--torch] [--only products,omp,...]
 *
 * Peers run in a throw-away Python environment of packages from PyPI, or in `--python`; `--torch` adds torch and torchvision,
 * which are large. Without `--root` and `--weights` features are synthetic and extraction is left out.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { createRandom, quantile, sampleWithoutReplacement } from '../src/base';
import { textTable } from '../src/cli/table';
import {
  compileNetwork,
  createExtractor,
  extractBatches,
  type FeatureMaps,
  sliceMaps,
} from '../src/features';
import { decodeImage, loadBackbone, mtd } from '../src/files';
import { type Mask, planesOf, type Sample, samplesOf } from '../src/images';
import {
  createFeatureMatrix,
  type FeatureMatrix,
  innerProducts,
  normalizeRows,
  rowOf,
  selectRows,
} from '../src/matrix';
import { readyTensorflow } from '../src/platform/tensorflow-backend';
import { fitReconstructor } from '../src/reconstruction';
import { kCenter, subspaceSampling } from '../src/sampling';
import { anomalyMaps, pixelMetrics } from '../src/scoring';
import { gramOf, lasso, omp, signalsOf, type Solver, type SparseCodes } from '../src/subspace';
import { clock, lowRankFeatures, tileFeatures } from './bench-data';
import { peer, throwawayPython } from './python';

const { values } = parseArgs({
  options: {
    root: { type: 'string' },
    weights: { type: 'string' },
    python: { type: 'string' },
    torch: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});

const [signals, atoms, dims] = [784, 1568, 512];
const [atomsPerSignal, alpha] = [10, 0.4];
const exemplars = 1568;
const size = 224;
const folder = mkdtempSync(join(tmpdir(), 'spanlab-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

interface Row {
  work: string;
  size: string;
  milliseconds: number;
  peer?: string;
  peerMilliseconds?: number;
}

const rows: Row[] = [];
const notes: string[] = [];

function report(row: Row): void {
  rows.push(row);
  const beside = row.peer ? `, ${row.peer} ${row.peerMilliseconds!.toFixed(1)} ms` : '';
  console.error(`${row.work}: ${row.milliseconds.toFixed(1)} ms${beside}`);
}

function store(name: string, { data }: { data: Float32Array | Uint8Array }): void {
  writeFileSync(join(folder, name), new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

async function benchProducts(python: string, x: FeatureMatrix, d: FeatureMatrix): Promise<void> {
  const own = await clock(15, () => innerProducts(x, d));
  const { numpy } = peer<{ numpy: number[] }>(python, 'products', folder, signals, atoms, dims);
  const shape = `${signals}x${dims} by ${dims}x${atoms}`;
  report({
    work: 'inner products',
    size: shape,
    milliseconds: own.milliseconds,
    peer: 'numpy',
    peerMilliseconds: quantile(numpy, 0.5),
  });
}

async function benchTensorflowProducts(python: string, x: FeatureMatrix, d: FeatureMatrix): Promise<void> {
  const backend = await readyTensorflow();
  const own = await clock(15, async () => {
    const product = tf.tidy(() =>
      tf.matMul(tf.tensor2d(x.data, [x.rows, x.cols]), tf.tensor2d(d.data, [d.rows, d.cols]), false, true),
    );
    await product.data();
    product.dispose();
  });
  const { numpy } = peer<{ numpy: number[] }>(python, 'products', folder, signals, atoms, dims);
  report({
    work: `inner products on tensorflow (${backend})`,
    size: `${signals}x${dims} by ${dims}x${atoms}`,
    milliseconds: own.milliseconds,
    peer: 'numpy',
    peerMilliseconds: quantile(numpy, 0.5),
  });
}

/** Largest duality gap of `alpha |c|_1 + 1/2 |x - X c|^2`, as a share of `|x|^2`. */
function largestGap(
  x: FeatureMatrix,
  d: FeatureMatrix,
  coefficients: (signal: number) => Float64Array,
): number {
  let largest = 0;
  for (let signal = 0; signal < x.rows; signal += 16) {
    const residual = Float64Array.from(rowOf(x, signal));
    const own = coefficients(signal);
    let absolute = 0;
    for (let atom = 0; atom < d.rows; atom++) {
      absolute += Math.abs(own[atom]);
      if (own[atom] !== 0) rowOf(d, atom).forEach((value, col) => (residual[col] -= own[atom] * value));
    }
    let dualNorm = 0;
    for (let atom = 0; atom < d.rows; atom++) {
      const product = rowOf(d, atom).reduce((sum, value, col) => sum + value * residual[col], 0);
      dualNorm = Math.max(dualNorm, Math.abs(product));
    }
    const scale = dualNorm > alpha ? alpha / dualNorm : 1;
    const target = rowOf(x, signal);
    let [squares, fit, norm] = [0, 0, 0];
    residual.forEach((value, col) => {
      squares += value * value;
      fit += value * target[col];
      norm += target[col] ** 2;
    });
    const gap = 0.5 * (1 + scale * scale) * squares + alpha * absolute - scale * fit;
    largest = Math.max(largest, gap / norm);
  }
  return largest;
}

function dense({ cols, rowStarts, indices, values: nonzeros }: SparseCodes, row: number): Float64Array {
  const line = new Float64Array(cols);
  for (let entry = rowStarts[row]; entry < rowStarts[row + 1]; entry++)
    line[indices[entry]] = nonzeros[entry];
  return line;
}

async function benchCodes(
  python: string,
  x: FeatureMatrix,
  d: FeatureMatrix,
  work: 'omp' | 'lasso',
  solver: Solver,
): Promise<void> {
  const encoder = solver(await gramOf(d));
  const own = await clock(7, async () => encoder(await signalsOf(x, d)));
  const parameter = work === 'omp' ? atomsPerSignal : alpha;
  const times = peer<Record<string, number[]>>(python, work, folder, signals, atoms, dims, parameter);
  const [kind, best] = Object.entries(times)
    .map(([name, all]): [string, number] => [name, quantile(all, 0.5)])
    .sort((a, b) => a[1] - b[1])[0];
  const name = work === 'omp' ? 'orthogonal_mp_gram' : 'sparse_encode lasso_cd';
  report({
    work: work === 'omp' ? `Batch-OMP, ${atomsPerSignal} atoms` : `LASSO, alpha ${alpha}`,
    size: `${signals} signals, ${dims} dims, ${atoms} atoms`,
    milliseconds: own.milliseconds,
    peer: `scikit-learn ${name} (${kind})`,
    peerMilliseconds: best,
  });
  const bytes = readFileSync(join(folder, 'codes.f32'));
  const theirs = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  const theirRow = (signal: number) =>
    Float64Array.from(theirs.subarray(signal * atoms, (signal + 1) * atoms));
  if (work === 'lasso') {
    const ownGap = largestGap(x, d, (signal) => dense(own.result, signal));
    notes.push(
      `LASSO: ${(own.result.values.length / signals).toFixed(1)} nonzeros a signal; largest duality gap / |x|^2 ${ownGap.toExponential(1)}, scikit-learn's ${largestGap(x, d, theirRow).toExponential(1)}`,
    );
  } else {
    let same = 0;
    for (let signal = 0; signal < signals; signal++) {
      const line = dense(own.result, signal);
      if (theirRow(signal).every((value, atom) => (value !== 0) === (line[atom] !== 0))) same++;
    }
    notes.push(`OMP: ${same} of ${signals} signals have scikit-learn's support`);
  }
}

async function benchSampling(bank: FeatureMatrix): Promise<void> {
  const marks: string[] = [];
  const started = performance.now();
  const { solves, certificates } = await subspaceSampling(bank, {
    exemplars,
    onProgress: ({ done }) => {
      if (done % 392 === 0) marks.push(`${done} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    },
  });
  const milliseconds = performance.now() - started;
  report({ work: 'subspace sampling', size: `${bank.rows}x${bank.cols} to ${exemplars}`, milliseconds });
  notes.push(
    `subspace sampling: ${solves} descents and ${certificates} dual certificates, where the naive search solves ${bank.rows * exemplars}; ${marks.join(', ')}`,
  );
}

async function benchKCenter(python: string, bank: FeatureMatrix): Promise<void> {
  store('bank.f32', bank);
  const own = await clock(1, () => kCenter(bank, { exemplars, projection: bank.cols }));
  const { indices, solves } = own.result;
  const theirs = peer<{ products: number[]; differences: number[]; chosen: number[] }>(
    python,
    'kcenter',
    folder,
    bank.rows,
    bank.cols,
    exemplars,
    indices[0],
  );
  const shape = `${bank.rows}x${bank.cols} to ${exemplars}`;
  const { milliseconds } = own;
  report({
    work: 'k-center greedy',
    size: shape,
    milliseconds,
    peer: "numpy, PatchCore's |x|^2 - 2xy + |y|^2",
    peerMilliseconds: theirs.products[0],
  });
  report({
    work: 'k-center greedy',
    size: shape,
    milliseconds,
    peer: 'numpy, norm of differences (20 of them, scaled)',
    peerMilliseconds: theirs.differences[0],
  });
  const same = theirs.chosen.findIndex((index, at) => index !== indices[at]);
  notes.push(
    `k-center: ${same < 0 ? 'all' : `the first ${same}`} exemplars are the same as NumPy's; ${((100 * solves) / (bank.rows * exemplars)).toFixed(1)} % of the distances were computed`,
  );
}

async function benchMetrics(python: string): Promise<void> {
  const count = 300;
  const random = createRandom(3);
  const data = Float32Array.from({ length: count * size * size }, () => random.normal());
  const masks = Array.from({ length: count }, (_, image): Mask => {
    const mask = { width: size, height: size, data: new Uint8Array(size * size) };
    if (image % 3 === 0) return mask;
    const [left, top, side] = [random.integer(150), random.integer(150), 10 + random.integer(50)];
    for (let y = top; y < top + side; y++) {
      for (let x = left; x < left + side; x++) {
        mask.data[y * size + x] = 1;
        data[(image * size + y) * size + x] += 1.5;
      }
    }
    return mask;
  });
  const maps = planesOf({ width: size, height: size }, data);
  const own = await clock(5, () => pixelMetrics(maps, masks));
  const labels = new Uint8Array(data.length);
  masks.forEach((mask, image) => labels.set(mask.data, image * size * size));
  store('scores.f32', { data });
  store('labels.u8', { data: labels });
  const [[name, times]] = Object.entries(
    peer<Record<string, number[]>>(python, 'metrics', folder, data.length),
  );
  report({
    work: 'exact PRO, AUROC, average precision',
    size: `${count} maps ${size}x${size}`,
    milliseconds: own.milliseconds,
    peer: `scikit-learn, ${name}`,
    peerMilliseconds: quantile(times, 0.5),
  });
}

async function benchScoring(levels: FeatureMaps[]): Promise<void> {
  for (const used of [
    [2, 3],
    [1, 2, 3],
  ]) {
    const nominal = levels.filter(({ level }) => used.includes(level)).map((maps) => sliceMaps(maps, 0, 64));
    const reconstructor = await fitReconstructor(nominal, {
      granularity: 'patch',
      sampler: 'random',
      exemplars,
      referenceLevel: 2,
      unitNorm: true,
      solver: omp({ atoms: atomsPerSignal }),
    });
    const image = levels
      .filter(({ level }) => used.includes(level))
      .map((maps) => sliceMaps(maps, maps.count - 1, maps.count));
    const { milliseconds } = await clock(15, async () =>
      anomalyMaps(await reconstructor.reconstruct(image), reconstructor.calibration, { size }),
    );
    report({
      work: `scoring an image, levels ${used.join(', ')}`,
      size: `${exemplars} exemplars, OMP ${atomsPerSignal}, map ${size}x${size}`,
      milliseconds,
    });
  }
}

async function benchExtraction(samples: Sample[], weights: string): Promise<void> {
  const network = await loadBackbone('resnet50_v2', weights);
  const extractor = await createExtractor(network, { size, levels: [1, 2, 3], engine: 'onnx' });
  const bare = await compileNetwork(network, { height: size, width: size }, 'onnx');
  const images = await Promise.all(samples.map(({ path }) => decodeImage(path, { size })));
  const batch = 4;
  const batches: Float32Array[] = [];
  for (let start = 0; start < images.length; start += batch) {
    const pixels = new Float32Array(batch * 3 * size * size);
    images
      .slice(start, start + batch)
      .forEach(({ data }, index) => pixels.set(data, index * 3 * size * size));
    batches.push(pixels);
  }
  const [own, theirs]: [number[], number[]] = [[], []];
  for (let run = 0; run < 5; run++) {
    theirs.push(
      (
        await clock(1, async () => {
          for (const images of batches) await bare.run(images, batch);
        })
      ).milliseconds,
    );
    own.push(
      (
        await clock(1, async () => {
          for await (const { maps } of extractBatches(extractor, samples, { batch })) void maps;
        })
      ).milliseconds,
    );
  }
  await Promise.all([extractor.dispose(), bare.dispose()]);
  report({
    work: 'features, decoding to patch features',
    size: `${samples.length} images ${size}x${size}, resnet50_v2 stages 1-3`,
    milliseconds: quantile(own, 0.5),
    peer: 'bare session.run',
    peerMilliseconds: quantile(theirs, 0.5),
  });
}

async function benchTorch(python: string): Promise<void> {
  const count = 64;
  const random = createRandom(5);
  const images = Float32Array.from({ length: count * 3 * size * size }, () => random.uniform());
  const planes = images.slice();
  for (let at = 0, plane = size * size; at < images.length; at++) {
    const [image, pixel] = [Math.floor(at / (3 * plane)), Math.floor(at / 3) % plane];
    planes[(3 * image + (at % 3)) * plane + pixel] = images[at];
  }
  store('images.f32', { data: planes });
  const theirs = peer<{ torch: number[]; threads: number }>(python, 'features', folder, count, size);
  const network = await loadBackbone('resnet50', join(folder, 'resnet50.safetensors'));
  const outputs = network.outputs.filter(({ level }) => level <= 3);
  for (const engine of ['onnx', 'tensorflow'] as const) {
    const compiled = await compileNetwork({ ...network, outputs }, { height: size, width: size }, engine);
    const { milliseconds, result } = await clock(3, async () => {
      let maps;
      for (let start = 0; start < count; start += 8) {
        maps = await compiled.run(images.slice(start * 3 * size * size, (start + 8) * 3 * size * size), 8);
      }
      return maps!;
    });
    report({
      work: `network on ${compiled.name}`,
      size: `${count} images ${size}x${size}, resnet50 stages 1-3`,
      milliseconds,
      peer: `torch, ${theirs.threads} threads`,
      peerMilliseconds: quantile(theirs.torch, 0.5),
    });
    result.forEach(({ data }, index) => {
      const bytes = readFileSync(join(folder, `level${index + 1}.f32`));
      const expected = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
      let [worst, largest] = [0, 0];
      data.forEach((value, at) => {
        worst = Math.max(worst, Math.abs(value - expected[at]));
        largest = Math.max(largest, Math.abs(expected[at]));
      });
      notes.push(
        `${compiled.name}, level ${index + 1}: largest difference from torchvision ${(worst / largest).toExponential(1)} of the largest value`,
      );
    });
    await compiled.dispose();
  }
}

async function main(): Promise<void> {
  const { root, weights, torch } = values;
  const packages = ['numpy', 'scikit-learn', ...(torch ? ['torch', 'torchvision', 'safetensors'] : [])];
  const python = values.python ?? throwawayPython(packages);
  const wanted = (name: string) => !values.only || values.only.split(',').includes(name);
  const real = root && weights ? { root, weights } : undefined;

  if (real && wanted('features')) {
    await benchExtraction(samplesOf(await mtd(real.root), 'train').slice(0, 64), real.weights);
  }
  if (torch && wanted('torch')) await benchTorch(python);
  let bank: FeatureMatrix;
  let levels: FeatureMaps[] | undefined;
  if (real) {
    [{ features: bank }] = await tileFeatures(real.root, real.weights, [2]);
  } else {
    bank = lowRankFeatures(156_800, dims);
  }
  if (wanted('sampling')) await benchSampling(bank);
  if (wanted('kcenter')) await benchKCenter(python, bank);

  const chosen = sampleWithoutReplacement(bank.rows - signals, atoms, createRandom(2));
  const d = normalizeRows(selectRows(bank, chosen));
  const x = normalizeRows(createFeatureMatrix(signals, dims, bank.data.slice((bank.rows - signals) * dims)));
  store('signals.f32', x);
  store('atoms.f32', d);
  if (wanted('products')) {
    await benchProducts(python, x, d);
    await benchTensorflowProducts(python, x, d);
  }
  if (wanted('omp')) await benchCodes(python, x, d, 'omp', omp({ atoms: atomsPerSignal }));
  if (wanted('lasso')) await benchCodes(python, x, d, 'lasso', lasso({ lambda: 1 / alpha }));
  if (wanted('metrics')) await benchMetrics(python);
  if (real && wanted('scoring')) {
    levels = await tileFeatures(real.root, real.weights, [1, 2, 3]);
    await benchScoring(levels);
  }

  console.log(
    `${cpus().length} x ${cpus()[0].model}, Node.js ${process.version}; medians, in milliseconds\n`,
  );
  const cells = rows.map(({ work, size: shape, milliseconds, peer: name = '', peerMilliseconds }) => [
    work,
    shape,
    milliseconds.toFixed(1),
    name,
    peerMilliseconds?.toFixed(1) ?? '',
    peerMilliseconds ? (peerMilliseconds / milliseconds).toFixed(2) : '',
  ]);
  console.log(textTable(['work', 'size', 'spanlab', 'peer', "peer's", 'ratio'], cells));
  console.log(`\n${notes.join('\n')}`);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
