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
import type { Computed, LiveImage, Pipeline } from '../pipeline';
import type { ImageMessage, MapPlace, Messages, Request } from './messages';
import { encodePlane, levelPictures } from './pictures';
import { saveDetector } from './save-detector';
import { bankLines, costsOf, setMessage, skippedLines } from './set-message';
import { textsOf } from './texts-of';
import { firstShown, thumbnails } from './thumbnails';

/** Least time between two reports of progress, in milliseconds. */
const leastBetweenTold = 120;

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
}

/** The workbench behind its page. */
interface Session {
  /** Answers a request; a newer `show` stops an older one, and its promise resolves when nothing newer is left to do. */
  handle(request: Request): Promise<void>;
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
  /** Stages that were computed since the last request to show. */
  computed: Computed[];
  pinned?: { configuration: Configuration; code: string };
  running?: AbortController;
  heatRange?: readonly [number, number];
}

/** Opens the workbench on a data set: tells the page its controls and thumbnails, and answers its requests. */
export async function openSession({ dataset, base, pipelineWith, send }: SessionOptions): Promise<Session> {
  const computed: Computed[] = [];
  const pipeline = pipelineWith((one) => void computed.push(one));
  const context: ParameterContext = { base, nominal: samplesOf(dataset, 'train').length };
  const workshop: Workshop = { dataset, context, pipeline, send, computed };
  const parameters = parametersOf(context, { granularity: base.granularities.join(' + ') });
  const defaults = Object.fromEntries(parameters.map((parameter) => [parameter.name, parameter.default]));
  const samples = await thumbnails(pipeline, base, samplesOf(dataset, 'test'));
  const first = firstShown(samples);
  send('setup', { name: dataset.name, parameters: parametersOf(context, defaults), samples, first });
  return {
    defaults,
    first,
    async handle(request) {
      if (request.type === 'show') return show(workshop, request.values, request.image);
      if (request.type === 'explain') return explain(workshop, request);
      if (request.type === 'save') return save(workshop, request.values);
      const changes = request.values && changesOf(context, request.values);
      workshop.pinned = changes
        ? { configuration: configure(changes), code: configurationCode(changes) }
        : undefined;
    },
  };
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
    const { pinned } = workshop;
    const other = pinned && (await pipeline.evaluate(pinned.configuration, work));
    const bank = await pipeline.bank(configuration, work);
    signal.throwIfAborted();
    workshop.heatRange = heatRange;
    send('set', {
      ...setMessage(
        samplesOf(dataset, 'test'),
        evaluation,
        other && { evaluation: other, code: pinned.code },
      ),
      heatRange,
      bank: [
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
    if (!signal.aborted) tell(workshop, values, { words: 'stopped', error: (error as Error).message });
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
  const compared =
    pinned && isFinal ? await pinnedImage(pipeline, pinned.configuration, { index, work }) : undefined;
  work.signal?.throwIfAborted();
  const extra = compared && { pinnedMap: encodePlane(compared.map), pinnedScore: compared.score };
  send('image', { ...message, index, isFinal, ...extra });
}

/** Saves the detector of the values as it is, and tells where. */
async function save(workshop: Workshop, values: ParameterValues): Promise<void> {
  const { dataset, pipeline, context } = workshop;
  try {
    const detector = await pipeline.detector(configure(changesOf(context, values)));
    try {
      tell(workshop, values, { words: `saved ${await saveDetector(detector, dataset.name)}` });
    } finally {
      await detector.dispose();
    }
  } catch (error) {
    tell(workshop, values, { words: 'not saved', error: `not saved: ${(error as Error).message}` });
  }
}

/** The image under the pinned configuration; undefined where that configuration could not use it. */
async function pinnedImage(
  pipeline: Pipeline,
  configuration: Configuration,
  { index, work }: { index: number; work: LongWork },
): Promise<LiveImage | undefined> {
  const { indices } = await pipeline.features(configuration, 'test', work);
  return indices.includes(index) ? pipeline.image(configuration, index, work) : undefined;
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
): Promise<Omit<ImageMessage, 'index' | 'isFinal'>> {
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
