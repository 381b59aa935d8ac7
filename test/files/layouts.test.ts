import '../../src/platform';
import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { test, type TestContext } from 'node:test';
import sharp from 'sharp';
import { loadSample, openDatasets, type OpenDatasetsOptions, type DatasetName } from '../../src/files';
import { type Dataset, truthFilesOf } from '../../src/images';
import { temporaryFolder } from '../helpers/temporary';
import { greyPng, writeImages, writeIn } from '../helpers/write-images';

/** The samples of a data set, as lines `SPLIT DEFECT PATH [MASKS]`, and `PATH: REASON` for what is not used. */
function told(root: string, { samples, unused = [] }: Dataset) {
  const way = (path: string) => relative(root, path);
  return {
    samples: samples.map((sample) =>
      [sample.split, sample.defect, way(sample.path), ...truthFilesOf(sample).map(way)].join(' '),
    ),
    unused: unused.map(({ path, reason }) => `${way(path)}: ${reason}`).sort(),
  };
}

async function opened(
  context: TestContext,
  name: DatasetName,
  paths: readonly string[],
  options: OpenDatasetsOptions = {},
) {
  const root = await temporaryFolder(context);
  await writeImages(root, paths);
  const sets = await openDatasets(name, { root, ...options });
  return { root, sets, ...told(root, sets[0]) };
}

test("MVTec AD's layout: hidden names, nested folders, upper-case folders of masks, and what is not used", async (context) => {
  const { samples, unused, sets } = await opened(context, 'mvtec', [
    ...[
      'part/train/good/0.png',
      'part/train/good/camera 2/1.png',
      'part/train/good/.2.png',
      'part/train/hole/3.png',
    ],
    ...['part/test/good/0.png', 'part/test/.ipynb_checkpoints/0-checkpoint.png', 'part/test/5.png'],
    ...[
      'part/test/hole/0.png',
      'part/test/hole/deep/1.BMP',
      'part/test/hole/2_mask.png',
      'part/test/hole/notes.txt',
    ],
    ...[
      'part/Ground_Truth/hole/0_mask.png',
      'part/Ground_Truth/hole/deep/1.png',
      'part/Ground_Truth/hole/2_mask.png',
    ],
    ...['part/Ground_Truth/hole/7_mask.png', 'part/other/0.png', 'second/train/good/0.png', 'license.txt'],
    ...['notes/0.png', '@eaDir/x.png'],
  ]);
  assert.deepEqual(samples, [
    'train good part/train/good/0.png',
    'train good part/train/good/camera 2/1.png',
    'test good part/test/good/0.png',
    'test hole part/test/hole/0.png part/Ground_Truth/hole/0_mask.png',
    'test hole part/test/hole/2_mask.png part/Ground_Truth/hole/2_mask.png',
    'test hole/deep part/test/hole/deep/1.BMP part/Ground_Truth/hole/deep/1.png',
  ]);
  assert.deepEqual(unused, [
    '@eaDir: hidden, or left behind by a system or by spanlab',
    'license.txt: beside the categories',
    'notes: a folder that is no category',
    'part/Ground_Truth/hole/7_mask.png: a mask of no image: its folder and name must be those of an image',
    'part/other/0.png: in no folder of the layout',
    'part/test/.ipynb_checkpoints: hidden, or left behind by a system or by spanlab',
    'part/test/5.png: in test itself, not in a folder that says its kind',
    'part/test/hole/notes.txt: not an image by its name',
    'part/train/good/.2.png: hidden, or left behind by a system or by spanlab',
    'part/train/hole/3.png: in train, but not in train/good: only nominal images are fitted on',
  ]);
  assert.deepEqual(sets[1].unused, []);
});

test("MPDD has MVTec AD's layout", async (context) => {
  const { samples } = await opened(context, 'mpdd', [
    ...['tubes/train/good/0.png', 'tubes/test/good/1.png', 'tubes/test/anomalous/2.png'],
    'tubes/ground_truth/anomalous/2_mask.png',
  ]);
  assert.deepEqual(samples.sort(), [
    'test anomalous tubes/test/anomalous/2.png tubes/ground_truth/anomalous/2_mask.png',
    'test good tubes/test/good/1.png',
    'train good tubes/train/good/0.png',
  ]);
});

test('MVTec LOCO: several masks of values below 255 are united, and validation images are told apart', async (context) => {
  const { root, samples, sets } = await opened(context, 'mvtec-loco', [
    ...['box/train/good/0.png', 'box/validation/good/0.png', 'box/test/good/0.png'],
    ...['box/test/logical_anomalies/000.png', 'box/test/structural_anomalies/000.png'],
    'box/ground_truth/structural_anomalies/000/000.png',
  ]);
  assert.deepEqual(samples, [
    'train good box/train/good/0.png',
    'validation good box/validation/good/0.png',
    'test good box/test/good/0.png',
    'test logical_anomalies box/test/logical_anomalies/000.png',
    'test structural_anomalies box/test/structural_anomalies/000.png box/ground_truth/structural_anomalies/000/000.png',
  ]);
  const masks = 'box/ground_truth/logical_anomalies/000';
  await writeIn(root, `${masks}/000.png`, await greyPng(254, [1]));
  await writeIn(root, `${masks}/001.png`, await greyPng(1, [1, 4]));
  const [again] = await openDatasets('mvtec-loco', { root });
  const logical = again.samples.find(({ defect }) => defect === 'logical_anomalies')!;
  assert.deepEqual(
    truthFilesOf(logical),
    ['000.png', '001.png'].map((name) => join(root, masks, name)),
  );
  const { mask } = await loadSample(logical);
  const rows = Array.from({ length: 8 }, (_, row) => mask!.data[8 * row]);
  assert.deepEqual(rows, [0, 1, 0, 0, 1, 0, 0, 0]);
  assert.equal(sets.length, 1);
});

test('a mask of several that has another size is named', async (context) => {
  const root = await temporaryFolder(context);
  await writeImages(root, ['box/train/good/0.png', 'box/test/x/0.png', 'box/ground_truth/x/0/0.png']);
  const small = await sharp({ create: { width: 4, height: 8, channels: 3, background: 'white' } })
    .png()
    .toBuffer();
  await writeIn(root, 'box/ground_truth/x/0/1.png', small);
  const [{ samples }] = await openDatasets('mvtec-loco', { root });
  await assert.rejects(loadSample(samples[1]), /mask .*0.1\.png is 4x8, its image .*0\.png 8x8/);
});

test('MVTec AD 2: masks lie among the public test images, private ones are not used', async (context) => {
  const { samples, unused } = await opened(context, 'mvtec-ad2', [
    ...[
      'can/train/good/000_regular.png',
      'can/validation/good/001_regular.png',
      'can/test_public/good/002_regular.png',
    ],
    ...['can/test_public/bad/003_regular.png', 'can/test_public/ground_truth/bad/003_regular_mask.png'],
    ...['can/test_private/004_regular.png', 'can/test_private_mixed/005_mixed.png'],
  ]);
  assert.deepEqual(samples, [
    'train good can/train/good/000_regular.png',
    'validation good can/validation/good/001_regular.png',
    'test bad can/test_public/bad/003_regular.png can/test_public/ground_truth/bad/003_regular_mask.png',
    'test good can/test_public/good/002_regular.png',
  ]);
  assert.deepEqual(unused, [
    'can/test_private/004_regular.png: a test image without a label',
    'can/test_private_mixed/005_mixed.png: a test image without a label',
  ]);
});

test("BTAD's layout: masks by stem, whatever their extension", async (context) => {
  const { samples, unused } = await opened(context, 'btad', [
    ...[
      '01/train/ok/0.png',
      '01/test/ok/1.png',
      '01/test/ko/2.bmp',
      '01/ground_truth/ko/2.png',
      '01/train/ko/9.png',
    ],
  ]);
  assert.deepEqual(samples, [
    'train good 01/train/ok/0.png',
    'test ko 01/test/ko/2.bmp 01/ground_truth/ko/2.png',
    'test good 01/test/ok/1.png',
  ]);
  assert.deepEqual(unused, [
    '01/train/ko/9.png: in train, but not in train/ok: only nominal images are fitted on',
  ]);
});

test('MTD: masks beside photographs, masks of free tiles told apart', async (context) => {
  const { samples, unused } = await opened(
    context,
    'mtd',
    [
      ...[
        'MT_Free/Imgs/a.jpg',
        'MT_Free/Imgs/b.jpg',
        'MT_Free/Imgs/c.jpg',
        'MT_Free/Imgs/a.png',
        'MT_Free/Imgs/._a.jpg',
      ],
      ...['MT_Break/Imgs/d.JPG', 'MT_Break/Imgs/d.png', 'MT_Break/Imgs/e.png', 'MT_Break/x.jpg', 'Readme.md'],
    ],
    { trainFraction: 0.67 },
  );
  assert.deepEqual(samples.map((line) => line.replace(/[abc]\.jpg/, 'free')).sort(), [
    'test break MT_Break/Imgs/d.JPG MT_Break/Imgs/d.png',
    'test good MT_Free/Imgs/free',
    'train good MT_Free/Imgs/free',
    'train good MT_Free/Imgs/free',
  ]);
  assert.deepEqual(unused, [
    'MT_Break/Imgs/e.png: a mask of no image: its folder and name must be those of an image',
    'MT_Break/x.jpg: in no folder of the layout',
    'MT_Free/Imgs/._a.jpg: hidden, or left behind by a system or by spanlab',
    'MT_Free/Imgs/a.png: the mask of a nominal image, in which nothing is anomalous',
    'Readme.md: not an image by its name',
  ]);
});

const visaPaths = [
  ...Array.from({ length: 10 }, (_, index) => `pcb1/Data/Images/Normal/${index}.JPG`),
  ...[
    'pcb1/Data/Images/Anomaly/000.JPG',
    'pcb1/Data/Images/Anomaly/001.JPG',
    'pcb1/Data/Masks/Anomaly/000.png',
  ],
  ...['pcb1/image_anno.csv', 'LICENSE-DATASET'],
];

test('VisA without its table: nine of ten normal images are for training', async (context) => {
  const { samples, unused } = await opened(context, 'visa', visaPaths);
  assert.equal(samples.filter((line) => line.startsWith('train good')).length, 9);
  assert.equal(samples.filter((line) => line.startsWith('test good')).length, 1);
  assert.deepEqual(
    samples.filter((line) => line.startsWith('test anomalous')),
    [
      'test anomalous pcb1/Data/Images/Anomaly/000.JPG pcb1/Data/Masks/Anomaly/000.png',
      'test anomalous pcb1/Data/Images/Anomaly/001.JPG',
    ],
  );
  assert.deepEqual(unused, [
    'LICENSE-DATASET: beside the categories',
    'pcb1/image_anno.csv: not an image by its name',
  ]);
});

test('VisA by its table, with what the table does not list, and what it lists that is not there', async (context) => {
  const root = await temporaryFolder(context);
  await writeImages(root, [...visaPaths, 'candle/Data/Images/Normal/0.JPG', 'split_csv/2cls_fewshot.csv']);
  const rows = [
    'object,split,label,image,mask',
    'pcb1,train,normal,pcb1/Data/Images/Normal/0.JPG,',
    'pcb1,train,normal,pcb1/Data/Images/Normal/1.JPG,',
    'pcb1,test,normal,pcb1/Data/Images/Normal/2.JPG,',
    'pcb1,test,normal,pcb1/Data/Images/Normal/gone.JPG,',
    'candle,train,normal,candle/Data/Images/Normal/0.JPG,',
    'pcb1,test,anomaly,pcb1/Data/Images/Anomaly/000.JPG,pcb1/Data/Masks/Anomaly/000.png',
  ];
  await writeIn(root, 'split_csv/1cls.csv', rows.join('\r\n'));
  const sets = await openDatasets('visa', { root });
  assert.deepEqual(
    sets.map(({ name }) => name),
    ['candle', 'pcb1'],
  );
  const { samples, unused } = told(root, sets[1]);
  assert.deepEqual(samples, [
    'train good pcb1/Data/Images/Normal/0.JPG',
    'train good pcb1/Data/Images/Normal/1.JPG',
    'test good pcb1/Data/Images/Normal/2.JPG',
    'test anomalous pcb1/Data/Images/Anomaly/000.JPG pcb1/Data/Masks/Anomaly/000.png',
  ]);
  const table = join(root, 'split_csv', '1cls.csv');
  assert.deepEqual(unused, [
    `pcb1/Data/Images/Anomaly/001.JPG: not listed in ${table}`,
    ...[3, 4, 5, 6, 7, 8, 9].map((index) => `pcb1/Data/Images/Normal/${index}.JPG: not listed in ${table}`),
    `pcb1/Data/Images/Normal/gone.JPG: listed in ${table}, but not there`,
    'pcb1/image_anno.csv: not an image by its name',
  ]);
  assert.deepEqual(told(root, sets[0]).unused, [
    'LICENSE-DATASET: beside the categories',
    'split_csv/2cls_fewshot.csv: beside the table that says the split',
  ]);
});

test('KolektorSDD: a black mask says that its image is nominal', async (context) => {
  const root = await temporaryFolder(context);
  for (let part = 0; part < 6; part++) {
    await writeIn(root, `kos0${part % 2}/Part${part}.jpg`, await greyPng());
    await writeIn(root, `kos0${part % 2}/Part${part}_label.bmp`, await greyPng(255, part === 5 ? [2] : []));
  }
  await writeImages(root, ['kos01/Part9.jpg', 'kos02/Part3_label.bmp']);
  await writeIn(root, 'kos00/Part8.jpg', await greyPng());
  await writeIn(root, 'kos00/Part8_label.bmp', 'broken');
  const [set] = await openDatasets('kolektor-sdd', { root });
  const { samples, unused } = told(root, set);
  assert.equal(samples.filter((line) => line.startsWith('train good')).length, 4);
  assert.equal(samples.filter((line) => line.startsWith('test good')).length, 1);
  assert.equal(samples.at(-1), 'test defect kos01/Part5.jpg kos01/Part5_label.bmp');
  assert.equal(samples.length, 6);
  const undecodable = 'a mask that cannot be decoded, or its image, whose label the mask would say';
  assert.deepEqual(unused, [
    `kos00/Part8.jpg: ${undecodable}`,
    `kos00/Part8_label.bmp: ${undecodable}`,
    'kos01/Part9.jpg: no mask NAME_label beside it, which would say whether it is anomalous',
    'kos02/Part3_label.bmp: a mask of no image',
  ]);
  await assert.rejects(
    openDatasets('kolektor-sdd', { root: join(root, 'kos02') }),
    /no nominal images in .*kos02: expected kos01\/Part0\.jpg with mask kos01\/Part0_label\.bmp/,
  );
});

test('KolektorSDD2: anomalous images of train are not used', async (context) => {
  const root = await temporaryFolder(context);
  const anomalous = ['train/10001', 'test/20001'];
  for (const name of ['train/10000', 'train/10001', 'test/20000', 'test/20001', 'extra/1']) {
    await writeIn(root, `${name}.png`, await greyPng());
    await writeIn(root, `${name}_GT.png`, await greyPng(255, anomalous.includes(name) ? [3] : []));
  }
  const [set] = await openDatasets('kolektor-sdd2', { root });
  const { samples, unused } = told(root, set);
  assert.deepEqual(samples, [
    'train good train/10000.png',
    'test good test/20000.png',
    'test defect test/20001.png test/20001_GT.png',
  ]);
  const unfit = 'an anomalous image of train, or its mask: only nominal images are fitted on';
  assert.deepEqual(unused, [
    ...['extra/1.png', 'extra/1_GT.png'].map((path) => `${path}: neither in train nor in test`),
    ...['train/10001.png', 'train/10001_GT.png'].map((path) => `${path}: ${unfit}`),
  ]);
});

test("one's own folders by name: kinds, nested masks, flat masks, validation", async (context) => {
  const root = await temporaryFolder(context);
  await writeImages(root, [
    ...['a/good/0.png', 'a/good/1.png', 'b/more/2.png', 'calm/3.png', 'calm/Thumbs.db'],
    ...['parts/OK/4.png', 'parts/crack/long/5.png', 'parts/crack/6.png', 'parts/dent/6.png', 'ng/7.png'],
    ...['truth/crack/long/5_GT.png', 'truth/crack/6.png', 'truth/7_mask.png', 'truth/6.png'],
  ]);
  const places = {
    nominal: ['a/good', 'b/more'],
    validation: ['calm'],
    test: ['parts', 'ng'],
    masks: ['truth'],
  };
  const [set] = await openDatasets('folders', { root, places });
  assert.equal(set.name, 'a');
  assert.deepEqual(set.source, { layout: 'folders', root, places, trainFraction: undefined });
  const { samples, unused } = told(root, set);
  assert.deepEqual(samples, [
    'train good a/good/0.png',
    'train good a/good/1.png',
    'train good b/more/2.png',
    'validation good calm/3.png',
    'test good parts/OK/4.png',
    'test crack parts/crack/6.png truth/crack/6.png',
    'test crack/long parts/crack/long/5.png truth/crack/long/5_GT.png',
    'test dent parts/dent/6.png',
    'test ng ng/7.png truth/7_mask.png',
  ]);
  assert.deepEqual(unused, [
    'calm/Thumbs.db: hidden, or left behind by a system or by spanlab',
    `truth/6.png: a mask of no image: that of dent/6.png would be ${root}/truth/dent/6.png or ${root}/truth/dent/6_mask.png`,
  ]);
  const [alone] = await openDatasets('folders', { root, places: { nominal: ['a', 'b'], test: ['ng'] } });
  const splits = alone.samples.map(({ split, label }) => `${split} ${label}`);
  assert.deepEqual(splits.sort(), ['test anomalous', 'test nominal', 'train nominal', 'train nominal']);
  const refused: [OpenDatasetsOptions, RegExp][] = [
    [{}, /dataset folders needs its folders: give at least nominal/],
    [{ places: { nominal: ['none'] } }, /cannot read folder .*none/],
    [
      { places: { nominal: ['a'], test: ['a/good'] } },
      /--test .*a.good and --nominal .*a lie in one another/,
    ],
    [{ places: { nominal: ['a', 'a'] } }, /lie in one another/],
    [{ places, categories: ['a'] }, /dataset folders has no categories/],
  ];
  for (const [options, reason] of refused)
    await assert.rejects(openDatasets('folders', { root, ...options }), reason);
  await assert.rejects(
    openDatasets('mtd', { root, places }),
    /folders are given by name, and so is the layout mtd/,
  );
});

test('a table of images: the columns and labels that users write, masks united, what is not there told', async (context) => {
  const root = await temporaryFolder(context);
  await writeImages(root, [
    'img/0.png',
    'img/1.png',
    'img/2.png',
    'img/3.png',
    'img/4.png',
    'm/3a.png',
    'm/3b.png',
  ]);
  const rows = [
    ';Image_Path;LABEL;split;mask_path',
    '0;img/0.png;normal;train;',
    '1;img/1.png;Good;val;',
    '2;img/2.png;OK;test;',
    '3;img/3.png;scratch;test;m/3a.png',
    '4;img/3.png;scratch;test;m/3b.png',
    '5;img/4.png;abnormal;train;',
    '6;img/9.png;bad;test;m/9.png',
  ];
  await writeIn(root, 'set.csv', `\ufeff${rows.join('\n')}\n`);
  const table = join(root, 'set.csv');
  const [set] = await openDatasets('csv', { root: table });
  assert.equal(set.name, 'set');
  assert.deepEqual(told(root, set), {
    samples: [
      'train good img/0.png',
      'validation good img/1.png',
      'test good img/2.png',
      'test scratch img/3.png m/3a.png m/3b.png',
    ],
    unused: [
      'img/4.png: anomalous, and listed for train: only nominal images are fitted on or set thresholds',
      `img/9.png: listed in ${table}, but not there`,
      `m/9.png: listed in ${table}, but not there`,
    ],
  });
});

test('a table without splits is divided by the seed; what contradicts itself is refused', async (context) => {
  const root = await temporaryFolder(context);
  const names = Array.from({ length: 10 }, (_, index) => `${index}.png`);
  await writeImages(root, [...names, 'x.png']);
  const listing = [...names.map((name) => `${name},0`), 'x.png,1'].join('\n');
  await writeIn(root, 'set.csv', `path,label\n${listing}`);
  const [{ samples }] = await openDatasets('csv', { root: join(root, 'set.csv'), seed: 1 });
  const count = (split: string, defect: string) =>
    samples.filter((sample) => sample.split === split && sample.defect === defect).length;
  assert.deepEqual([count('train', 'good'), count('test', 'good'), count('test', 'anomalous')], [8, 2, 1]);
  const wrong: [string, RegExp][] = [
    ['name,class\na,b', /has the columns name, class; expected path and label/],
    [
      'path,label,split\n0.png,ok,tset',
      /says split tset; expected train, validation, valid, val, test, or nothing/,
    ],
    ['path,label\n0.png,ok\n0.png,bad', /contradicts itself about 0\.png/],
    ['path,label\n0.png,', /has a row without path or label: 0\.png/],
    ['path,label\n0.png,ok,more', /cannot read table .*set\.csv: .*line 2/],
    ['path,label\n"0.png,ok', /cannot read table/],
    ['path,label\nnone.png,ok', /lists no nominal image to fit on that is there; .*none\.png is listed in/],
    ['', /has the columns ; expected path and label/],
  ];
  for (const [content, reason] of wrong) {
    await writeIn(root, 'set.csv', content);
    await assert.rejects(openDatasets('csv', { root: join(root, 'set.csv') }), reason);
  }
  await assert.rejects(
    openDatasets('csv', { root }),
    /cannot read table .*: it is a folder; expected a regular file/,
  );
});

test('a root that is itself a category is told from one that has none', async (context) => {
  const root = await temporaryFolder(context);
  await writeImages(root, ['bottle/train/good/0.png', 'bottle/test/good/0.png']);
  await assert.rejects(
    openDatasets('mvtec', { root: join(root, 'bottle') }),
    /bottle is itself a category: give .* as root, and bottle as category/,
  );
  await rename(join(root, 'bottle'), join(root, 'Bottle 2'));
  assert.equal((await openDatasets('mvtec', { root }))[0].name, 'Bottle 2');
});
