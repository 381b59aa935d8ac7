import '../../src/platform';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadBackbone } from '../../src/files';
import { createFeatureMatrix, encodeSafetensors, type Tensor } from '../../src/matrix';
import { fitReconstructor } from '../../src/reconstruction';
import { kCenter, subspaceSampling } from '../../src/sampling';
import { lasso, omp, ridge } from '../../src/subspace';

import { type Hostile } from './hostile';
async function weightsFile(root: string, tensors: Record<string, Tensor>): Promise<string> {
  const path = join(root, 'weights.safetensors');
  await writeFile(path, encodeSafetensors(new Map(Object.entries(tensors))));
  return path;
}

const zeros = { level: 1, count: 4, height: 2, width: 2, features: createFeatureMatrix(16, 3) };
const some = createFeatureMatrix(
  5,
  3,
  Float32Array.from({ length: 15 }, (_, at) => ((at * 7) % 5) + 1),
);

/** A safetensors file of this header and so many data bytes. */
function headed(input: string, header: object, bytes: number, outcome: RegExp): Hostile {
  return {
    input,
    outcome,
    async run(root) {
      const text = Buffer.from(JSON.stringify(header));
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(text.length));
      const path = join(root, 'weights.safetensors');
      await writeFile(path, Buffer.concat([length, text, Buffer.alloc(bytes)]));
      await loadBackbone('resnet18', path);
    },
  };
}
const tensor = (begin: number, end: number) => ({ dtype: 'F32', shape: [2], data_offsets: [begin, end] });

/** Weights, features and parameters. */
export const values: Hostile[] = [
  headed(
    'weights whose offsets leave the file',
    { a: tensor(0, 8) },
    4,
    /tensor a lies at \[0,8\] of 4 data bytes: truncated/,
  ),
  headed(
    'weights whose tensors overlap',
    { a: tensor(0, 8), b: tensor(4, 12) },
    12,
    /tensor b begins at byte 4, expected 8: tensors overlap/,
  ),
  headed(
    'weights whose shape lies',
    { a: { ...tensor(0, 8), shape: [3] } },
    8,
    /tensor a spans 8 bytes, expected 12/,
  ),
  {
    input: 'weights that declare a header of 4 exabytes',
    outcome:
      /weights\.safetensors: the header's length is 4611686018427388000 in a file of 16 bytes: truncated/,
    async run(root) {
      const bytes = Buffer.alloc(16);
      bytes.writeBigUInt64LE(2n ** 62n);
      await writeFile(join(root, 'weights.safetensors'), bytes);
      await loadBackbone('resnet18', join(root, 'weights.safetensors'));
    },
  },
  {
    input: 'weights without a tensor',
    outcome: /^.*weights\.safetensors: .*conv1\.weight/,
    run: async (root) =>
      loadBackbone('resnet18', await weightsFile(root, { other: { shape: [1], data: Float32Array.of(1) } })),
  },
  {
    input: 'weights of another shape',
    outcome: /^.*weights\.safetensors: .*conv1\.weight.*\[1,2,3,4\]/,
    run: async (root) =>
      loadBackbone(
        'resnet18',
        await weightsFile(root, { 'conv1.weight': { shape: [1, 2, 3, 4], data: new Float32Array(24) } }),
      ),
  },
  {
    input: 'weights with an infinity',
    outcome:
      /^.*weights\.safetensors: tensor conv1\.weight holds Infinity at index 1, expected finite weights/,
    run: async (root) =>
      loadBackbone(
        'resnet18',
        await weightsFile(root, { 'conv1.weight': { shape: [2], data: Float32Array.of(1, Infinity) } }),
      ),
  },
  {
    input: 'all features zero',
    outcome: /^all 4 features are zero; there is nothing to sample: check the images$/,
    run: () => fitReconstructor([zeros]),
  },
  {
    input: 'a feature that is NaN',
    outcome: /^features holds NaN at row 1, column 0; expected finite values/,
    run: () => kCenter(createFeatureMatrix(2, 2, Float32Array.of(1, 2, NaN, 3)), { exemplars: 1 }),
  },
  {
    input: 'lambda 1',
    outcome: /^lambda is 1; expected a finite number > 1/,
    run: () => subspaceSampling(some, { exemplars: 2, lambda: 1 }),
  },
  {
    input: 'exemplars 0',
    outcome: /^exemplars is 0; expected an integer in \[1, 5\]/,
    run: () => subspaceSampling(some, { exemplars: 0 }),
  },
  {
    input: 'more exemplars than features',
    outcome: /^exemplars is 6; expected an integer in \[1, 5\]/,
    run: () => kCenter(some, { exemplars: 6 }),
  },
  {
    input: 'omp with 0 atoms',
    outcome: /^atoms is 0; expected a positive integer$/,
    run: async () => void omp({ atoms: 0 }),
  },
  {
    input: 'lasso with lambda -1',
    outcome: /^lambda is -1; expected a finite number > 0$/,
    run: async () => void lasso({ lambda: -1 }),
  },
  {
    input: 'ridge with penalty NaN',
    outcome: /^penalty is NaN; expected a number in \(0, 1000000000\]$/,
    run: async () => void ridge({ penalty: Number.NaN }),
  },
];
