import { type LongWork, tellProgress } from '../base';
import {
  changesOf,
  type Configuration,
  configurationCode,
  configure,
  type Parameter,
  type ParameterContext,
  parametersOf,
  type ParameterValues,
} from '../configuration';
import { explanationOf, photoUrl } from '../explanation';
import { sliceMaps } from '../features';
import { createPlane, type Dataset, type Sample, samplesOf } from '../images';
import type { Detector } from '../detector';
import type { Computed, LiveImage, Pipeline } from '../pipeline';
import type { ImageMessage, MapPlace, Messages, Request } from './messages';
import { parseRequest } from './parse-request';
import { encodePlane, levelPictures } from './pictures';
import { bankLines, costsOf, setMessage, sizeLine, skippedLines } from './set-message';
import { textsOf } from './texts-of';
import { firstShown, thumbnails } from './thumbnails';

/** Least time between two reports of progress, in milliseconds. */
const leastBetweenTold = 120;

/** The message of work that ended before its time. */
const stopped = 'stopped';

/** Sends the page a message. */
type Send = <Kind extends keyof Messages>(kind: Kind, message: Messages[Kind]) => void;

/** Parameters of {@link openSession}. */
interface SessionOptions {
  dataset: Dataset;
  /** The configuration to begin with. */
  base: Configuration;
  /** Makes the pipeline; `onComputed` is called for every stage that was computed. */
  pipelineWith: (onComputed: (computed: Computed) => void) => Pipeline;
  send: Send;
  /** Saves a detector under the name of its data set, and says where. */
  save: (detector: Detector, name: string) => Promise<string>;
}

/** The workbench behind its page. */
interface Session {
  /** Answers a request; a newer `show` stops an older one, and its promise resolves when nothing newer is left to do. */
  handle(request: Request): Promise<void>;
  /** Answers a request as the page writes it; one that cannot be understood is told, and nothing else is done. */
  receive(text: string): Promise<void>;
  /** The defaults of all controls. */
  defaults: ParameterValues;
  /** Index of the image to begin with: the first anomalous one that can be decoded. */
  first: number;
}

/** The state that the requests of a session share. */
interface Workshop {
  dataset: Dataset;
  context: ParameterContext;
  pipeline: Pipeline;
  send: Send;
  save: SessionOptions['save'];
  /** Stages that were computed since the last request to show. */
  computed: Computed[];
  pinned: readonly { configuration: Configuration; code: string }[];
  running?: AbortController;
  heatRange?: readonly [number, number];
}

/** Opens the workbench on a data set: tells the page its controls and thumbnails, and answers its requests. */
export async function openSession({
  dataset,
  base,
  pipelineWith,
  send,
  save: saveAs,
}: SessionOptions): Promise<Session> {
  const computed: Computed[] = [];
  const pipeline = pipelineWith((one) => void computed.push(one));
  const { size: autoSize } = await pipeline.sized({ ...base, size: 'auto' });
  const context: ParameterContext = { base, autoSize, nominal: samplesOf(dataset, 'train').length };
  const workshop: Workshop = { dataset, context, pipeline, send, save: saveAs, computed, pinned: [] };
  const parameters = parametersOf(context, { granularity: base.granularities.join(' + ') });
  const defaults = Object.fromEntries(parameters.map((parameter) => [parameter.name, parameter.default]));
  const samples = await thumbnails(pipeline, base, samplesOf(dataset, 'test'));
  const first = firstShown(samples);
  send('setup', { name: dataset.name, parameters: parametersOf(context, defaults), samples, first });
  const known = { parameters, samples: samples.length };
  const handle = (request: Request) => answer(workshop, request);
  return {
    defaults,
    first,
    handle,
    async receive(text) {
      try {
        await handle(parseRequest(text, known));
      } catch (error) {
        tell(workshop, defaults, { words: 'not understood', error: (error as Error).message });
      }
    },
  };
}

async function answer(workshop: Workshop, request: Request): Promise<void> {
  if (request.type === 'show') return show(workshop, request.values, request.image);
  if (request.type === 'explain') return explain(workshop, request);
  if (request.type === 'save') return save(workshop, request.values);
  if (request.type === 'cancel') return workshop.running?.abort(new Error(stopped));
  workshop.pinned = request.values.map((values) => {
    const changes = changesOf(workshop.context, values);
    return { configuration: configure(changes), code: configurationCode(changes) };
  });
}

/** Tells the page which work is being done, and which parameters have no effect. */
function tell(
  { dataset, context, send }: Workshop,
  values: ParameterValues,
  status: { words: string; fraction?: number; error?: string },
): void {
  const parameters: Parameter[] = parametersOf(context, values);
  send('status', { ...status, parameters, ...textsOf(dataset, safeChanges(context, values)) });
}

/** Work that tells its progress a few times a second, with its rate and the time that is left. */
function watched(workshop: Workshop, values: ParameterValues, signal: AbortSignal): LongWork {
  const wordsOf = tellProgress(leastBetweenTold);
  return {
    signal,
    onProgress(report) {
      const words = wordsOf(report);
      if (words) tell(workshop, values, { words, fraction: report.done / report.total });
    },
  };
}

async function show(workshop: Workshop, values: ParameterValues, index: number): Promise<void> {
  const { dataset, pipeline, context, send, computed } = workshop;
  workshop.running?.abort(new Error('newer values came'));
  const { signal } = (workshop.running = new AbortController());
  computed.length = 0;
  const started = performance.now();
  try {
    const configuration = configure(changesOf(context, values));
    const work = watched(workshop, values, signal);
    tell(workshop, values, { words: 'working', fraction: 0 });
    const { indices, skipped } = await pipeline.features(configuration, 'test', work);
    const isUsed = indices.includes(index);
    if (isUsed) await draw(workshop, { configuration, index, work, isFinal: false });
    const shownAfter = performance.now() - started;
    const evaluation = await pipeline.evaluate(configuration, work);
    const { heatRange } = await pipeline.limits(configuration, work);
    const pinned = [];
    for (const { configuration: other, code } of workshop.pinned)
      pinned.push({ code, evaluation: await pipeline.evaluate(other, work) });
    const bank = await pipeline.bank(configuration, work);
    signal.throwIfAborted();
    workshop.heatRange = heatRange;
    send('set', {
      ...setMessage(samplesOf(dataset, 'test'), evaluation, pinned),
      heatRange,
      bank: [
        sizeLine(evaluation.configuration),
        ...bankLines(bank.reconstructors),
        ...bank.notices,
        ...evaluation.notices,
        ...skippedLines('nominal', bank.skipped),
        ...skippedLines('test', skipped),
      ],
      costs: costsOf(bank.reconstructors),
    });
    // An image that was skipped has no picture; the error says why.
    await draw(workshop, { configuration, index, work, isFinal: true });
    tell(workshop, values, { words: `picture after ${Math.round(shownAfter)} ms; ${stageWords(computed)}` });
  } catch (error) {
    const { message } = error as Error;
    if (!signal.aborted) tell(workshop, values, { words: stopped, error: message });
    else if (message === stopped) tell(workshop, values, { words: stopped });
  }
}

/** The chosen image: first with a scale that a few nominal images give, then as the whole evaluation has it. */
async function draw(
  { pipeline, pinned, heatRange, send }: Workshop,
  {
    configuration,
    index,
    work,
    isFinal,
  }: { configuration: Configuration; index: number; work: LongWork; isFinal: boolean },
): Promise<void> {
  const shown = isFinal
    ? await pipeline.image(configuration, index, work)
    : await pipeline.preview(configuration, index, work);
  const message = await imageMessage(pipeline, configuration, shown, heatRange ?? rangeOf(shown));
  const compared = [];
  for (const { configuration: other } of isFinal ? pinned : [])
    compared.push(await pinnedImage(pipeline, other, { index, work }));
  work.signal?.throwIfAborted();
  send('image', { ...message, index, isFinal, pinned: compared });
}

/** Saves the detector of the values as it is, and tells where. */
async function save(workshop: Workshop, values: ParameterValues): Promise<void> {
  const { dataset, pipeline, context, save: saveAs } = workshop;
  try {
    const detector = await pipeline.detector(configure(changesOf(context, values)));
    try {
      tell(workshop, values, { words: `saved ${await saveAs(detector, dataset.name)}` });
    } finally {
      await detector.dispose();
    }
  } catch (error) {
    tell(workshop, values, { words: 'not saved', error: `not saved: ${(error as Error).message}` });
  }
}

/** The image under a pinned configuration; null where that configuration could not use it. */
async function pinnedImage(
  pipeline: Pipeline,
  configuration: Configuration,
  { index, work }: { index: number; work: LongWork },
): Promise<ImageMessage['pinned'][number]> {
  const { indices } = await pipeline.features(configuration, 'test', work);
  if (!indices.includes(index)) return null;
  const { map, score } = await pipeline.image(configuration, index, work);
  return { map: encodePlane(map), score };
}

async function explain(
  workshop: Workshop,
  { values, image: index, place }: { values: ParameterValues; image: number; place: MapPlace },
): Promise<void> {
  const { pipeline, context, send } = workshop;
  try {
    const configuration = configure(changesOf(context, values));
    const { levels, sample } = await pipeline.image(configuration, index);
    const rebuilt = levels[Math.min(place.level, levels.length - 1)];
    const { reconstructors, training } = await pipeline.bank(configuration);
    const features = await pipeline.features(configuration, 'test');
    const decode = async (one: Sample) => (await pipeline.picture(configuration, one)).image;
    const reconstructor = reconstructors[configuration.granularities.indexOf(rebuilt.granularity)];
    const at = features.indices.indexOf(index);
    const maps = features.maps.map((map) => sliceMaps(map, at, at + 1));
    const image = await decode(sample);
    send('explain', await explanationOf({ reconstructor, maps, rebuilt, image, training, decode }, place));
  } catch (error) {
    tell(workshop, values, { words: 'no explanation', error: (error as Error).message });
  }
}

function safeChanges(context: ParameterContext, values: ParameterValues): Partial<Configuration> {
  try {
    return changesOf(context, values);
  } catch {
    return {};
  }
}

/** A range for heat colours before nominal images have said one. */
function rangeOf({ map }: LiveImage): [number, number] {
  const sorted = map.data.slice().sort();
  return [sorted[sorted.length >> 1], sorted[sorted.length - 1]];
}

async function imageMessage(
  pipeline: Pipeline,
  configuration: Configuration,
  { sample, levels, map, score }: LiveImage,
  heatRange: readonly [number, number],
): Promise<Omit<ImageMessage, 'index' | 'isFinal' | 'pinned'>> {
  const { image, mask } = await pipeline.picture(configuration, sample);
  const pictures = await Promise.all(levels.map(levelPictures));
  return {
    score,
    image: await photoUrl(image),
    mask: mask?.data.includes(1) ? encodePlane(createPlane(mask, Float32Array.from(mask.data))) : null,
    map: encodePlane(map),
    heatRange,
    levels: pictures,
  };
}

function stageWords(computed: readonly Computed[]): string {
  if (computed.length === 0) return 'everything was remembered';
  return `computed: ${computed.map(({ stage, milliseconds }) => `${stage} ${Math.round(milliseconds)} ms`).join(', ')}`;
}
