/** The worker of the page: the session of the workbench, the core and its engines. */
import './turns';
import { evenIndices } from '../../base';
import { sizedConfiguration } from '../../configuration';
import { configure, type Detector } from '../../detector';
import { bankFiles } from '../../detector/files';
import type { Dataset, Framing, Sample, Size } from '../../images';
import {
  nominalShape,
  pictureEncoder,
  sampleLoader,
  samplesOf,
  scaledTo,
  sidesOf,
  sizeReader,
  sourceReader,
  unknownDefect,
} from '../../images';
import { parseSafetensors } from '../../matrix';
import { createPipeline } from '../../pipeline';
import { openSession } from '../../workbench/session';
import { checkWithBank } from './check-with-bank';
import { encodePicture } from './encode-picture';
import { provideKernels, provideNetwork } from './engines';
import { exampleSet } from './example-set';
import { shapeNotice } from './shape-notice';
import { imageShelf, type Source } from './image-shelf';
import type { Opening, OwnImage, ToPage, ToWorker } from './protocol';

/** Bytes of memory for features, banks and maps. */
const memory = 700e6;

const tell = (message: ToPage) =>
  (self as unknown as { postMessage(message: ToPage): void }).postMessage(message);
const failed = (error: unknown) => tell({ type: 'failed', message: (error as Error).message });

/** Memory banks that the person brought, by name. */
const banks = new Map<string, Blob>();

pictureEncoder.provide({
  png: (image) => encodePicture(image, { type: 'image/png' }),
  jpeg: (image) => encodePicture(image, { type: 'image/jpeg', quality: 0.88 }),
});
bankFiles.provide({
  async read(name) {
    const file = banks.get(name);
    if (!file) throw new Error(`no file ${name} here`);
    const bytes = new Uint8Array(await file.arrayBuffer());
    return parseSafetensors(bytes, { source: name, sha256: '' });
  },
  write: async (name, bytes) => tell({ type: 'saved', name, bytes }),
});

const ready = Promise.all([provideKernels(), provideNetwork()]);
ready.then(() => tell({ type: 'ready' }), failed);

let session: ReturnType<typeof openSession> | undefined;

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === 'open') {
    session = open(data.opening);
    const { values, image } = data.beginning;
    session.then(({ handle, defaults, first }) => {
      const all = Object.entries(defaults).map(([name, usual]) => [name, values[name] ?? usual]);
      return handle({ type: 'show', values: Object.fromEntries(all), image: image ?? first });
    }, failed);
  } else if (data.type === 'check') {
    banks.set(data.bank.name, data.bank.file);
    ready.then(() => checkWithBank(data.bank.name, data.tests, tell)).catch(failed);
  } else void session?.then(({ handle }) => handle(data.request));
});

async function open(opening: Opening): ReturnType<typeof openSession> {
  await ready;
  const { dataset, sources } = contentOf(opening);
  const sizes = provideReaders(dataset, sources);
  const base = await sizedConfiguration(configure({}), () => nominalShape(samplesOf(dataset, 'train')));
  const read = await Promise.allSettled(sizes.values());
  const notice = shapeNotice(read.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
  if (notice) tell({ type: 'notice', message: notice });
  const network: Framing = { size: base.size, fit: base.fit, resize: base.resize };
  const thumbnail: Framing = { size: scaledTo(sidesOf(base.size), 64), fit: base.fit, resize: undefined };
  let done = 0;
  const onRead = () => tell({ type: 'reading', done: ++done, total: sources.size });
  sampleLoader.provide(imageShelf(sources, [network, thumbnail], onRead));
  return openSession({
    dataset,
    base,
    pipelineWith: (onComputed) => createPipeline(dataset, { onComputed, memory }),
    send: (kind, message) => tell({ type: 'told', kind, message } as ToPage),
    save: saveDetector,
  });
}

/** Nominal images whose size is read: a browser decodes an image to know it. */
const mostMeasured = 9;

/** Readers of the sizes of a few nominal images, and of the type of samples, which in a browser have 8 bits; gives the sizes as they are read. */
function provideReaders(
  dataset: Dataset,
  sources: ReadonlyMap<string, Source>,
): ReadonlyMap<string, Promise<Size>> {
  const nominal = samplesOf(dataset, 'train');
  const chosen = evenIndices(Math.min(mostMeasured, nominal.length), nominal.length);
  const measured = new Set(chosen.map((at) => nominal[at].path));
  const known = new Map<string, Promise<Size>>();
  sizeReader.provide(async (path) => {
    const source = sources.get(path);
    if (!source || !measured.has(path)) throw new Error(`the size of ${path} is not read`);
    if ('image' in source) return source.image;
    if (!known.has(path)) known.set(path, sizeOfFile(source.file));
    return known.get(path)!;
  });
  sourceReader.provide(async () => ({ type: 'uchar', largest: async () => 255 }));
  return known;
}

async function sizeOfFile(file: Blob): Promise<Size> {
  const bitmap = await createImageBitmap(file);
  const { width, height } = bitmap;
  bitmap.close();
  return { width, height };
}

function contentOf(opening: Opening): { dataset: Dataset; sources: Map<string, Source> } {
  if (opening.type === 'example') return exampleSet(opening.surface);
  const { nominal, tests } = opening;
  const samples = (images: readonly OwnImage[], fields: Omit<Sample, 'path' | 'maskPath'>) =>
    images.map(({ name }): Sample => ({ path: name, maskPath: null, ...fields }));
  return {
    dataset: {
      name: 'my-images',
      samples: [
        ...samples(nominal, { split: 'train', label: 'nominal', defect: 'good' }),
        ...samples(tests, { split: 'test', label: 'anomalous', defect: unknownDefect }),
      ],
    },
    sources: new Map([...nominal, ...tests].map((image) => [image.name, image])),
  };
}

async function saveDetector(detector: Detector, name: string): Promise<string> {
  const file = `${name}.safetensors`;
  await detector.save(file);
  return `${file}, for \`npx spanlab score --bank ${file}\``;
}
