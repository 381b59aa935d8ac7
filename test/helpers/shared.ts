import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..', '..', 'shared');

/** ImageNet weights of ResNet-50 V2. */
export const resnet50V2Weights = join(root, 'models', 'resnet50-v2-stages1-3.safetensors');
/** A part of Magnetic Tile Defects. */
export const mtdRoot = join(root, 'data', 'magnetic-tile-defects-dev');

/** A small file of the trade that once failed. */
export function inputFile(...names: string[]): string {
  return join(root, 'inputs', 'files', ...names);
}

/** A reason to skip a test that needs these files, or false. */
export function unlessPresent(...paths: string[]): string | false {
  const missing = paths.filter((path) => !existsSync(path));
  return missing.length > 0 && `needs ${missing.join(' and ')}, which is not here`;
}

/** Small files of the kinds that cameras and annotation programs write. */
export const inputFiles = join(root, 'inputs', 'files');
