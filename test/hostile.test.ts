import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Command } from 'commander';
import fc from 'fast-check';
import sharp from 'sharp';
import { Dealer } from 'zeromq';
import { answer, decodeMessage, encodeMessage } from '../kernels/spanlab/wire';
import {
  addConfigurationOptions,
  type ConfigurationFlags,
  configurationOf,
} from '../src/cli/configuration-flags';
import { listInputs } from '../src/cli/list-inputs';
import { createFeatureMatrix, encodeSafetensors, loadBackbone, type Tensor } from '../src/features';
import {
  decodeImage,
  decodeMask,
  folder,
  loadSample,
  mtd,
  mvtecCategory,
  writeFileAtomically,
} from '../src/images';
import { fitReconstructor } from '../src/reconstruction';
import { checkConfiguration, defaultConfiguration, runExperiment } from '../src/run';
import { kCenter, subspaceSampling } from '../src/sampling';
import { lasso, omp, ridge } from '../src/subspace';
import { freePort } from './helpers/free-port';
import { temporaryFolder } from './helpers/temporary';

/** An input, what it must give, and how it is tried; the outcome is a description or the message of the error. */
interface Hostile {
  input: string;
  outcome: RegExp;
  run(folder: string): Promise<string | number | object | void>;
}

const grey = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: 90, g: 120, b: 60 } } });
const noise = (width: number, height: number) => {
  const data = Buffer.from(Array.from({ length: width * height * 3 }, (_, at) => (at * 7919) % 251));
  return sharp(data, { raw: { width, height, channels: 3 } });
};

const firstHalf = (bytes: Buffer) => bytes.subarray(0, bytes.length / 2);

/** Decodes a file of these bytes and says what it gave. */
function image(input: string, name: string, make: () => Promise<Buffer> | Buffer, outcome: RegExp): Hostile {
  return {
    input,
    outcome,
    async run(root) {
      const path = join(root, name);
      await writeFile(path, await make());
      const { width, height, data } = await decodeImage(path);
      return `decoded to ${width}x${height}, values from ${Math.min(...data).toFixed(2)} to ${Math.max(...data).toFixed(2)}`;
    },
  };
}

/** A PNG of so many pixels whose data are missing. */
function pngHeader(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(33);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);
  bytes.write('IHDR', 12);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  bytes.set([8, 2, 0, 0, 0], 24);
  return bytes;
}

const images: Hostile[] = [
  image(
    'PNG, cut in the middle',
    'cut.png',
    async () => firstHalf(await noise(64, 64).png().toBuffer()),
    /^cannot decode image .*cut\.png: .*; replace the file or leave it out$/,
  ),
  image(
    'JPEG, cut in the middle',
    'cut.jpg',
    async () => firstHalf(await noise(64, 64).jpeg().toBuffer()),
    /^cannot decode image .*cut\.jpg: .*; replace/,
  ),
  image(
    'empty file',
    'empty.png',
    () => Buffer.alloc(0),
    /^cannot decode image .*empty\.png: the file is empty/,
  ),
  image(
    'text named .jpg',
    'text.jpg',
    () => Buffer.from('not an image'),
    /^cannot decode image .*text\.jpg: .*unsupported image format/,
  ),
  image(
    'SVG named .png',
    'svg.png',
    () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    /^cannot decode image .*svg\.png: its format is svg; expected one of png/,
  ),
  image('PNG named .jpg', 'png.jpg', () => grey(8, 6).png().toBuffer(), /^decoded to 8x6/),
  image('1x1 pixel', 'one.png', () => grey(1, 1).png().toBuffer(), /^decoded to 1x1/),
  image(
    '20000x20000 pixels, declared',
    'large.png',
    () => pngHeader(20_000, 20_000),
    /^cannot decode image .*large\.png: .*(pixel limit|over 16384 pixels a side|crc|libspng|header)/,
  ),
  image(
    '20000x1 pixels',
    'long.png',
    () => grey(20_000, 1).png().toBuffer(),
    /^cannot decode image .*long\.png: it is 20000x1, over 16384 pixels a side: scale it down first/,
  ),
  image(
    'decompression bomb: 20000x20000 pixels in a few kB',
    'bomb.png',
    () =>
      sharp({
        create: { width: 20_000, height: 20_000, channels: 3, background: 'black' },
        limitInputPixels: false,
      })
        .toColourspace('b-w')
        .png({ compressionLevel: 9, palette: false })
        .toBuffer(),
    /^cannot decode image .*bomb\.png: /,
  ),
  image('CMYK JPEG', 'cmyk.jpg', () => grey(8, 8).toColourspace('cmyk').jpeg().toBuffer(), /^decoded to 8x8/),
  image(
    '16-bit PNG',
    'deep.png',
    () => grey(8, 8).toColourspace('rgb16').png().toBuffer(),
    /^decoded to 8x8, values from 0\.2\d to 0\.4\d/,
  ),
  image(
    'animated GIF, 3 frames',
    'moving.gif',
    () =>
      sharp(Buffer.alloc(8 * 24 * 3, 100), { raw: { width: 8, height: 24, channels: 3, pageHeight: 8 } })
        .gif({ delay: [50, 50, 50] })
        .toBuffer(),
    /^decoded to 8x8/,
  ),
  image(
    'JPEG that EXIF rotates',
    'turned.jpg',
    () => grey(12, 5).jpeg().withMetadata({ orientation: 6 }).toBuffer(),
    /^decoded to 5x12/,
  ),
  {
    input: 'folder named .png',
    outcome: /^cannot read image .*folder\.png: EISDIR/,
    async run(root) {
      await mkdir(join(root, 'folder.png'));
      await decodeImage(join(root, 'folder.png'));
    },
  },
  {
    input: 'link to nothing',
    outcome: /^cannot read image .*gone\.png: ENOENT/,
    async run(root) {
      await symlink(join(root, 'nowhere'), join(root, 'gone.png'));
      await decodeImage(join(root, 'gone.png'));
    },
  },
];

async function sampleWithMask(root: string, mask: Buffer) {
  const [path, maskPath] = [join(root, 'image.png'), join(root, 'mask.png')];
  await writeFile(path, await grey(20, 20).png().toBuffer());
  await writeFile(maskPath, mask);
  return { path, maskPath, split: 'test', label: 'anomalous', defect: 'stain' } as const;
}

/** A folder of one's own with so many images of one colour, and one with a mask. */
async function flatFolder(root: string, count: number, mask: Buffer) {
  await mkdir(join(root, 'good'), { recursive: true });
  await mkdir(join(root, 'masks', 'stain'), { recursive: true });
  await mkdir(join(root, 'stain'), { recursive: true });
  for (let index = 0; index < count; index++)
    await writeFile(join(root, 'good', `${index}.png`), await grey(32, 32).png().toBuffer());
  await writeFile(join(root, 'stain', 'a.png'), await noise(32, 32).png().toBuffer());
  await writeFile(join(root, 'masks', 'stain', 'a.png'), mask);
  return folder(root);
}

const small = { ...defaultConfiguration(), size: 32, resize: 32, mapSize: 32, sigma: 1 };

const sets: Hostile[] = [
  {
    input: 'mask of another size',
    outcome: /^mask .*mask\.png is 10x20, its image .*image\.png 20x20; give a mask of the image's size/,
    run: async (root) => loadSample(await sampleWithMask(root, await grey(10, 20).png().toBuffer())),
  },
  {
    input: 'mask that is not an image',
    outcome: /^cannot decode image .*mask\.png: /,
    run: async (root) => decodeMask((await sampleWithMask(root, Buffer.from('mask'))).maskPath),
  },
  {
    input: 'anomalous image with an empty mask',
    outcome:
      /^scored; 1 anomalous images have an empty mask: all of their pixels count as nominal; pixel metrics none$/,
    async run(root) {
      const black = await sharp({ create: { width: 32, height: 32, channels: 3, background: 'black' } })
        .png()
        .toBuffer();
      const { notices, pixel } = await runExperiment(
        await flatFolder(root, 5, black),
        await loadBackbone('scattering'),
        small,
      );
      return `scored; ${notices.join('; ')}; pixel metrics ${pixel ? 'some' : 'none'}`;
    },
  },
  {
    input: 'constant nominal images',
    outcome: /^pixel AUROC \d\.\d+, all scores finite$/,
    async run(root) {
      const white = await sharp(Buffer.alloc(32 * 32, 0).fill(255, 0, 512), {
        raw: { width: 32, height: 32, channels: 1 },
      })
        .png()
        .toBuffer();
      const { pixel, imageScores } = await runExperiment(
        await flatFolder(root, 5, white),
        await loadBackbone('scattering'),
        small,
      );
      assert.ok(imageScores.every(Number.isFinite));
      return `pixel AUROC ${pixel!.auroc.toFixed(3)}, all scores finite`;
    },
  },
  {
    input: 'fewer images than exemplars',
    outcome: /^scored; 50 exemplars were asked for, the memory bank holds 4 images: all are kept$/,
    async run(root) {
      const white = await sharp(Buffer.alloc(32 * 32, 255), { raw: { width: 32, height: 32, channels: 1 } })
        .png()
        .toBuffer();
      const { notices } = await runExperiment(
        await flatFolder(root, 5, white),
        await loadBackbone('scattering'),
        { ...small, exemplars: 50 },
      );
      return `scored; ${notices.join('; ')}`;
    },
  },
  {
    input: 'folder without good/',
    outcome: /^cannot read folder .*good: ENOENT/,
    run: (root) => folder(root),
  },
  {
    input: 'empty good/',
    outcome: /^no images in .*good; put nominal images there$/,
    async run(root) {
      await mkdir(join(root, 'good'));
      await folder(root);
    },
  },
  {
    input: 'category without training images',
    outcome: /^no images in .*bottle.train.good$/,
    async run(root) {
      await mkdir(join(root, 'bottle', 'train', 'good'), { recursive: true });
      await mkdir(join(root, 'bottle', 'test', 'good'), { recursive: true });
      await mvtecCategory(root, 'bottle');
    },
  },
  {
    input: 'MTD without MT_Free',
    outcome: /^no images in .*MT_Free.Imgs; expected MTD's layout$/,
    run: (root) => mtd(root),
  },
  {
    input: 'two images of one stem',
    outcome: /^a\.jpg a\.png b\.png$/,
    async run(root) {
      await mkdir(join(root, 'good'));
      for (const name of ['a.png', 'a.jpg', 'b.png'])
        await writeFile(join(root, 'good', name), await grey(4, 4).png().toBuffer());
      const { samples } = await folder(root);
      return samples.map(({ path }) => path.split('/').at(-1)).join(' ');
    },
  },
  {
    input: 'folder with a link to itself',
    outcome: /^found a\.png once$/,
    async run(root) {
      await writeFile(join(root, 'a.png'), await grey(4, 4).png().toBuffer());
      await symlink(root, join(root, 'loop'));
      const found = await listInputs([root], process.stdin);
      assert.deepEqual(found, [join(root, 'a.png')]);
      return 'found a.png once';
    },
  },
  {
    input: 'output folder that is a file',
    outcome: /^cannot write .*file.results\.json: (ENOTDIR|EEXIST)/,
    async run(root) {
      await writeFile(join(root, 'file'), '');
      await writeFileAtomically(join(root, 'file', 'results.json'), 'x');
    },
  },
  {
    input: 'output where nothing may be written',
    outcome: /^cannot write \/sys\/spanlab\/results\.json: (EROFS|EACCES|EPERM|ENOENT)/,
    run: () => writeFileAtomically('/sys/spanlab/results.json', 'x'),
  },
  {
    input: 'full disk (a limit on file sizes) while a file is replaced',
    outcome: /^cannot write .*kept: EFBIG.*; the old content is there, nothing else$/,
    async run(root) {
      const path = join(root, 'kept');
      await writeFile(path, 'old');
      const script = `require('tsx/cjs'); require(${JSON.stringify(join(__dirname, '..', 'src', 'images'))}).writeFileAtomically(${JSON.stringify(path)}, Buffer.alloc(4e6)).catch((error) => console.log(error.message))`;
      const command = `ulimit -f 1000; exec "$0" -e "$1"`;
      const message = execFileSync('bash', ['-c', command, process.execPath, script], {
        encoding: 'utf8',
        cwd: join(__dirname, '..'),
        env: { ...process.env, TSX_DISABLE_CACHE: '1' },
      });
      assert.equal(await readFile(path, 'utf8'), 'old');
      assert.deepEqual(await readdir(root), ['kept']);
      return `${message.trim()}; the old content is there, nothing else`;
    },
  },
];

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

const values: Hostile[] = [
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
    outcome: /^penalty is NaN; expected a finite number > 0$/,
    run: async () => void ridge({ penalty: Number.NaN }),
  },
];

const tablePath = join(__dirname, 'hostile-inputs.md');

test('hostile and broken input gives what the table says', async (context) => {
  const rows: string[] = [];
  for (const { input, outcome, run } of [...images, ...sets, ...values]) {
    const root = await temporaryFolder(context);
    const started = Date.now();
    const said = await run(root).then(String, (error: Error) => error.message);
    assert.match(said, outcome, `${input}: ${said}`);
    assert.ok(Date.now() - started < 20_000, `${input} took ${Date.now() - started} ms`);
    rows.push(
      `| ${input} | ${said.replaceAll(`${root}/`, '').replaceAll(root, 'FOLDER').replaceAll('|', '\\|')} |`,
    );
  }
  const table = `# Inputs tried, and what each gave\n\n\`test/hostile.test.ts\` tries them anew.\n\n| input | outcome |\n| --- | --- |\n${rows.join('\n')}\n`;
  if (process.env.WRITE_TABLE) await writeFile(tablePath, table);
  const inputsOf = (text: string) =>
    text
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .map((line) => line.split(' | ')[0]);
  assert.deepEqual(
    inputsOf(await readFile(tablePath, 'utf8')),
    inputsOf(table),
    'the committed table lists other inputs: WRITE_TABLE=1 writes it anew',
  );
});

test('whatever the command line says, it is taken or refused by a sentence', () => {
  const command = addConfigurationOptions(new Command());
  const names = command.options.map(({ long }) => long!);
  const value = fc.oneof(
    fc.constantFrom(
      '0',
      '-1',
      '1e999',
      'NaN',
      '',
      ' ',
      '2,3',
      '1,,2',
      '0x10',
      'ridge',
      'patch',
      '__proto__',
      '12',
      '0.5',
      'crop',
      'constructor',
    ),
    fc.string({ maxLength: 12 }),
    fc.double().map(String),
  );
  const argument = fc.oneof(fc.constantFrom(...names), value);
  fc.assert(
    fc.property(fc.array(argument, { maxLength: 8 }), (args) => {
      const parser = addConfigurationOptions(
        new Command()
          .exitOverride()
          .configureOutput({ writeErr: () => undefined, writeOut: () => undefined }),
      );
      try {
        parser.parse(args, { from: 'user' });
        checkConfiguration(configurationOf(parser.opts<ConfigurationFlags>()));
      } catch (error) {
        assert.ok(
          error instanceof Error && !(error instanceof TypeError) && error.message.length > 5,
          `${args}: ${error}`,
        );
      }
    }),
    { numRuns: 2000 },
  );
});

test('the kernel refuses to listen beyond this machine, or without a key', async (context) => {
  const root = await temporaryFolder(context);
  const kernel = join(__dirname, '..', 'dist', 'kernel', 'main.js');
  const ports = { shell_port: 0, control_port: 0, iopub_port: 0, stdin_port: 0, hb_port: 0 };
  for (const [connection, message] of [
    [
      { ip: '0.0.0.0', key: 'secret' },
      /asks to listen at 0\.0\.0\.0; the kernel listens on this machine only/,
    ],
    [{ ip: '127.0.0.1', key: '' }, /has no key; the kernel answers signed messages only/],
  ] as const) {
    const path = join(root, 'connection.json');
    await writeFile(path, JSON.stringify({ transport: 'tcp', ...ports, ...connection }));
    const { status, stderr } = spawnSync(process.execPath, [kernel, path], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    assert.equal(status, 1);
    assert.match(stderr, message);
  }
});

test('the kernel answers signed messages only', async (context) => {
  const root = await temporaryFolder(context);
  const key = 'secret';
  const names = ['shell_port', 'control_port', 'iopub_port', 'stdin_port', 'hb_port'];
  const ports: Record<string, number> = {};
  for (const name of names) ports[name] = await freePort();
  const path = join(root, 'connection.json');
  await writeFile(path, JSON.stringify({ transport: 'tcp', ip: '127.0.0.1', key, ...ports }));
  const kernel = spawn(process.execPath, [join(__dirname, '..', 'dist', 'kernel', 'main.js'), path]);
  context.after(() => kernel.kill('SIGKILL'));
  const socket = new Dealer({ receiveTimeout: 20_000 });
  context.after(() => socket.close());
  socket.connect(`tcp://127.0.0.1:${ports.shell_port}`);
  const request = () => answer({}, 'kernel_info_request', {});
  const [forged, unsigned, honest] = [request(), request(), request()];
  await socket.send(encodeMessage(forged, 'a guess'));
  await socket.send(encodeMessage(unsigned, ''));
  await socket.send(encodeMessage(honest, key));
  const reply = decodeMessage((await socket.receive()) as Buffer[], key);
  assert.equal(reply.header.msg_type, 'kernel_info_reply');
  assert.equal(reply.parent.msg_id, honest.header.msg_id, 'a message with a wrong signature was answered');
});
