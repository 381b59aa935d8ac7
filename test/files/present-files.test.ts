import '../../src/platform';
import assert from 'node:assert/strict';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { type DatasetName, openDatasets, type OpenDatasetsOptions } from '../../src/files';
import { type Dataset, truthFilesOf } from '../../src/images';
import { temporaryFolder } from '../helpers/temporary';
import { greyPng, writeIn } from '../helpers/write-images';

/** Folders in all, of all layouts. */
const total = process.env.SPANLAB_LONG ? 10_000 : 240;

/** A layout, what it needs at least, and names of folders and files that its trees are made of. */
interface Generated {
  name: DatasetName;
  least: readonly string[];
  folders: readonly string[];
  stems: readonly string[];
  options?: OpenDatasetsOptions;
}

const stray = ['a', 'ü b', '.x', '@eaDir', 'overlays', 'A'];
const splitNames = [
  'train',
  'test',
  'validation',
  'ground_truth',
  'Ground_Truth',
  'good',
  'ok',
  'ko',
  'hole',
  '0',
];
const generated: Generated[] = [
  ...(['mvtec', 'mvtec-loco', 'mpdd'] as const).map((name) => ({
    name,
    least: ['c/train/good/first.png'],
    folders: ['c', 'c', 'c', ...splitNames, ...stray],
    stems: ['0', '0_mask', '1', '1_mask_2', '.h', 'Thumbs'],
  })),
  {
    name: 'mvtec-ad2',
    least: ['c/train/good/first.png'],
    folders: ['c', 'c', 'c', 'test_public', 'test_private', 'bad', ...splitNames, ...stray],
    stems: ['0', '0_mask', '1'],
  },
  {
    name: 'btad',
    least: ['01/train/ok/first.bmp'],
    folders: ['01', '01', ...splitNames, ...stray],
    stems: ['0', '1'],
  },
  {
    name: 'visa',
    least: ['c/Data/Images/Normal/0.JPG', 'c/Data/Images/Normal/1.JPG'],
    folders: ['c', 'c', 'Data', 'Data', 'Images', 'Masks', 'Normal', 'Anomaly', 'split_csv', ...stray],
    stems: ['000', '001', 'image_anno'],
  },
  {
    name: 'mtd',
    least: ['MT_Free/Imgs/0.jpg', 'MT_Free/Imgs/1.jpg'],
    folders: ['MT_Free', 'MT_Break', 'Imgs', 'Imgs', ...stray],
    stems: ['0', '1', '2'],
  },
  {
    name: 'kolektor-sdd',
    least: ['k/0.png', 'k/0_label.png', 'k/1.png', 'k/1_label.png'],
    folders: ['k', 'k', ...stray],
    stems: ['0', '0_label', '2', '2_label', '3_Label', '4'],
  },
  {
    name: 'kolektor-sdd2',
    least: ['train/0.png', 'train/0_GT.png'],
    folders: ['train', 'test', ...stray],
    stems: ['0', '0_GT', '1', '1_GT', '2_gt', '2'],
  },
  {
    name: 'folder',
    least: ['good/first.png', 'good/second.png'],
    folders: ['good', 'masks', 'labels', 'hole', 'deep', ...stray],
    stems: ['0', '0_mask', '1', 'Thumbs'],
  },
  {
    name: 'folders',
    least: ['n/first.png', 'n/second.png', 't/x.png', 'm/x.png', 'v/x.png'],
    folders: ['n', 'v', 't', 't', 'm', 'm', 'good', 'hole', ...stray],
    stems: ['0', '0_mask', '1_GT', '1'],
    options: { places: { nominal: ['n'], validation: ['v'], test: ['t'], masks: ['m'] } },
  },
];

const extensions = ['.png', '.png', '.PNG', '.jpg', '.bmp', '.gif', '.txt', '.json', '', '.heic'];

/** Trees of files, of which none is a folder of another. */
function treesOf({ least, folders, stems }: Generated) {
  const file = fc
    .tuple(
      fc.array(fc.constantFrom(...folders), { maxLength: 5 }),
      fc.constantFrom(...stems),
      fc.constantFrom(...extensions),
    )
    .map(([parts, stem, extension]) => [...parts, stem + extension].join('/'));
  return fc.uniqueArray(file, { maxLength: 14 }).map((files) => {
    const all = [...new Set([...least, ...files])];
    return all.filter((path) => !all.some((other) => other.startsWith(`${path}/`)));
  });
}

/** Files that a data set uses: images and ground truth, and masks that say that their image is nominal. */
function usedOf(
  sets: readonly Dataset[],
  present: readonly string[],
  reported: ReadonlySet<string>,
  isLabelled: boolean,
) {
  const samples = sets.flatMap((set) => set.samples);
  const used = new Set(samples.flatMap((sample) => [sample.path, ...truthFilesOf(sample)]));
  if (!isLabelled) return used;
  for (const { path, label } of samples.filter((sample) => sample.label === 'nominal')) {
    const stem = parse(path).name.toLowerCase();
    const masks = present.filter(
      (file) =>
        dirname(file) === dirname(path) &&
        [`${stem}_label`, `${stem}_gt`].includes(parse(file).name.toLowerCase()) &&
        !reported.has(file),
    );
    assert.ok(masks.length > 0, `${label} ${path}`);
    for (const mask of masks) used.add(mask);
  }
  return used;
}

for (const layout of generated)
  test(`every file is used or reported, once: ${layout.name}`, async (context) => {
    const root = join(await temporaryFolder(context), 'set');
    const [black, white] = [await greyPng(), await greyPng(255, [2])];
    const isLabelled = layout.name.startsWith('kolektor');
    await fc.assert(
      fc.asyncProperty(treesOf(layout), async (files) => {
        await rm(root, { recursive: true, force: true });
        await mkdir(root);
        for (const [at, file] of files.entries())
          await writeIn(root, file, isLabelled && at >= layout.least.length && at % 2 === 0 ? white : black);
        const sets = await openDatasets(layout.name, { root, ...layout.options }).catch((error: Error) => {
          // A tree may hold a category without images to fit on.
          fc.pre(!/no images in .*(good|ok|Normal)$|no nominal images in/.test(error.message));
          throw error;
        });
        const present = files.map((file) => join(root, file));
        const unused = sets.flatMap((set) => set.unused ?? []);
        const reported = new Set(unused.map(({ path }) => path));
        const used = usedOf(sets, present, reported, isLabelled);
        for (const { path, reason } of unused) assert.ok(reason, path);
        const places = layout.options?.places;
        const seen = places
          ? present.filter((path) =>
              ['n', 'v', 't', 'm'].some((name) => path.startsWith(join(root, name, '/'))),
            )
          : present;
        for (const path of seen) {
          const reports = unused.filter((other) => path === other.path || path.startsWith(`${other.path}/`));
          assert.equal(Number(used.has(path)) + reports.length, 1, `${path} of ${files.join(' ')}`);
        }
        for (const path of used) assert.ok(present.includes(path), path);
      }),
      { numRuns: Math.ceil(total / generated.length), seed: 5 },
    );
  });
