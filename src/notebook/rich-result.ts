import type { Dataset, Mask, Plane, RgbImage } from '../images';
import { createPlane } from '../images';
import type { FeatureMatrix } from '../matrix';
import { enlarge, mapImage } from '../plots';
import { denseCodes, type SparseCodes } from '../subspace';
import type { MimeBundle } from './host';
import { imageBundle } from './show-image';
import { tableBundle } from './show-table';
import { nestedWords } from './nested-words';
import { isCodes, isMatrix, isPicture, valueWords } from './value-words';

/** Rows and columns of a matrix that are drawn, at most. */
const largestDrawn = 160;
/** Side to which small pictures are enlarged, in pixels. */
const leastSide = 160;

/**
 * The bundle with which a cell shows a value of this package; undefined for any other value: feature matrices and codes by their shape, range and
 * a small heat map; images, planes and masks as pictures; PNG files as pictures; data sets by their counts; detectors by their memory
 * banks; objects that hold such values as Node.js prints them, with words in their place.
 */
export async function richResult(value: unknown): Promise<MimeBundle | undefined> {
  if (typeof value !== 'object' || value === null) return undefined;
  if (isPng(value))
    return {
      'image/png': Buffer.from(value).toString('base64'),
      'text/plain': `PNG of ${value.length} bytes`,
    };
  if (isMatrix(value)) return matrixBundle(value);
  if (isCodes(value)) return codesBundle(value);
  if (isPicture(value)) return pictureBundle(value);
  if (isDataset(value)) return datasetBundle(value);
  if (isDetector(value))
    return tableBundle(
      value.reconstructors.map(({ granularity, origins, bytes }) => ({
        'memory bank': granularity,
        exemplars: origins.length,
        MB: bytes / 1e6,
      })),
    );
  const words = nestedWords(value);
  return words === undefined ? undefined : { 'text/plain': words };
}

function isPng(value: object): value is Uint8Array {
  return (
    value instanceof Uint8Array &&
    Buffer.from(value.subarray(0, 8)).toString('latin1') === '\x89PNG\r\n\x1a\n'
  );
}

function isDataset(value: object): value is Dataset {
  const { name, samples } = value as Partial<Dataset>;
  return typeof name === 'string' && Array.isArray(samples) && samples.every((sample) => 'split' in sample);
}

interface DetectorLike {
  reconstructors: readonly { granularity: string; origins: readonly object[]; bytes: number }[];
}

function isDetector(value: object): value is DetectorLike {
  return Array.isArray((value as Partial<DetectorLike>).reconstructors) && 'thresholds' in value;
}

async function matrixBundle(matrix: FeatureMatrix): Promise<MimeBundle> {
  const { rows, cols, data } = matrix;
  const words = valueWords(matrix)!;
  const size = { width: Math.min(cols, largestDrawn), height: Math.min(rows, largestDrawn) };
  if (size.width * size.height === 0) return { 'text/plain': words };
  const plane = createPlane(size);
  for (let row = 0; row < size.height; row++)
    plane.data.set(data.subarray(row * cols, row * cols + size.width), row * size.width);
  return { ...(await enlarged(mapImage(plane, { heat: true }))), 'text/plain': words };
}

async function codesBundle(codes: SparseCodes): Promise<MimeBundle> {
  const words = valueWords(codes)!;
  if (codes.rows * codes.cols > largestDrawn ** 2 * 16 || codes.rows === 0) return { 'text/plain': words };
  const dense = denseCodes(codes).map(Math.abs);
  return {
    ...(await matrixBundle({ rows: codes.rows, cols: codes.cols, data: dense })),
    'text/plain': words,
  };
}

async function pictureBundle(picture: Plane | Mask | RgbImage): Promise<MimeBundle> {
  const { width, height, data } = picture;
  const isImage = data.length === 3 * width * height;
  const image = isImage
    ? { width, height, data: data as Float32Array }
    : mapImage(createPlane({ width, height }, Float32Array.from(data)), {
        heat: data instanceof Float32Array,
      });
  return { ...(await enlarged(image)), 'text/plain': valueWords(picture)! };
}

function datasetBundle({ name, samples }: Dataset): MimeBundle {
  const kinds = [...new Set(samples.map(({ split, defect }) => `${split} ${defect}`))];
  const rows = kinds.map((kind) => {
    const own = samples.filter(({ split, defect }) => `${split} ${defect}` === kind);
    return {
      'data set': name,
      split: own[0].split,
      kind: own[0].defect,
      images: own.length,
      masks: own.filter(({ maskPath }) => maskPath).length,
    };
  });
  return tableBundle(rows);
}

function enlarged(image: RgbImage): Promise<MimeBundle> {
  return imageBundle(enlarge(image, Math.max(1, Math.ceil(leastSide / Math.max(image.width, image.height)))));
}

// The kernel looks it up here, since it knows no type of this package.
(globalThis as { [key: symbol]: unknown })[Symbol.for('spanlab.richResult')] = richResult;
