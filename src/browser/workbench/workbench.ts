/** The workbench as a page shows it: it draws what a session tells, and asks the session. */
import { extent } from '../../base/numbers';
import type { Messages, Request, StatusMessage } from '../../workbench/messages';
import type { ParameterValues } from '../../configuration';
import { make } from '../make';
import { addControls } from './controls';
import { costCurves } from './cost-curves';
import { addHistogram } from './histogram';
import { addExplanation, addPinned, addThumbnails } from './panels';
import { addPictures } from './pictures';
import { decodePlane } from './planes';
import { type Actions, type State, valuesOf } from './state';

/** A workbench of a page. */
export interface Workbench {
  element: HTMLElement;
  receive<Kind extends keyof Messages>(kind: Kind, message: Messages[Kind]): void;
}

/** The way to a session. */
interface Connection {
  ask(request: Request): void;
  /** Notes that the session has told something. */
  heard(): void;
}

/** Connects an element of the page with its session; `tell` shows what there is to say in place of an answer. */
type Connect = (element: HTMLElement, tell: (words: string) => void) => Connection;

/** What a workbench shows first, where that is not the session's defaults. */
export interface Beginning {
  values: ParameterValues;
  image?: number;
}

/** A workbench that asks a session; it is empty until the session has told its controls. */
export function openWorkbench(connect: Connect, beginning: Beginning = { values: {} }): Workbench {
  const element = make('div', { className: 'spanlab-workbench' });
  let views: ReturnType<typeof build> | undefined;
  const waiting: (() => void)[] = [];
  return {
    element,
    receive(kind, message) {
      const take = () => views?.take(kind, message);
      if (kind === 'setup' && !views) {
        views = build(connect, element, initialState(message as Messages['setup'], beginning));
        for (const later of waiting.splice(0)) later();
      } else if (views) take();
      else waiting.push(take);
    },
  };
}

function initialState(setup: Messages['setup'], { values, image = setup.first }: Beginning): State {
  return {
    setup,
    values: Object.fromEntries(
      setup.parameters.map(({ name, default: usual }) => [name, values[name] ?? usual]),
    ),
    image,
    ...{ level: 0, opacity: 0.55, pixelThreshold: 0, imageThreshold: 0 },
    view: { x: 0, y: 0, zoom: 1 },
    pinned: [],
  };
}

function build(connect: Connect, element: HTMLElement, state: State) {
  const [aside, main] = [make('aside', {}), make('div', { className: 'sl-main' })];
  const status = make('div', { className: 'sl-status' });
  const bar = make('progress', { max: 1, value: 0, hidden: true });
  const cancel = make('button', { type: 'button', textContent: 'Cancel', hidden: true });
  main.append(make('div', { className: 'sl-bar' }, status, bar, cancel));
  element.replaceChildren(make('div', { className: 'sl-columns' }, aside, main));
  const section = (title: string) => {
    const place = make('section', {}, make('h3', { textContent: title }));
    main.append(place);
    return place;
  };
  const { ask, heard } = connect(element, (error) =>
    showStatus({ words: '', error }, { status, bar, cancel }),
  );
  const actions: Actions = {
    ask,
    show: () => ask({ type: 'show', values: valuesOf(state), image: state.image }),
    explain() {
      const { place, image } = state;
      if (place) ask({ type: 'explain', values: valuesOf(state), image, place });
    },
    draw() {
      thumbnails.draw();
      histogram.draw();
      pinned.draw();
      pictures.redraw();
    },
  };
  cancel.onclick = () => ask({ type: 'cancel' });
  const controls = addControls(aside, state, actions);
  const looks = addLooks(aside, state, () => pictures.redraw());
  const pictures = addPictures(section(`${state.setup.name}: the chosen image`), state, actions);
  const explanation = addExplanation(section('Explanation of a position'));
  const thumbnails = addThumbnails(section('Test images, by score'), state, actions);
  const histogram = addHistogram(section('Image scores'), state, actions);
  const pinned = addPinned(section('Compare'), state, actions);
  const texts = addTexts(section('This configuration'), () => ask({ type: 'save', values: valuesOf(state) }));
  actions.draw();
  return receiversOf(state, {
    status(message) {
      heard();
      showStatus(message, { status, bar, cancel });
      controls.update(message.parameters);
      texts.update(message);
    },
    image(message) {
      void pictures.load(message);
      looks.update();
      if (message.isFinal) actions.explain();
    },
    set(message) {
      texts.bank(message);
      looks.update();
      actions.draw();
    },
    explain: (message) => explanation.show(message),
  });
}

/** Takes what the kernel tells into the state, then tells the views. */
function receiversOf(
  state: State,
  views: { [Kind in Exclude<keyof Messages, 'setup'>]: (message: Messages[Kind]) => void },
) {
  const receivers: { [Kind in keyof Messages]: (message: Messages[Kind]) => void } = {
    ...views,
    setup: () => undefined,
    image(message) {
      if (message.index !== state.image) return;
      state.shown = message;
      views.image(message);
    },
    set(message) {
      state.set = message;
      state.imageThreshold = message.thresholds.image;
      state.pixelThreshold = message.thresholds.pixel;
      views.set(message);
    },
  };
  return {
    take: <Kind extends keyof Messages>(kind: Kind, message: Messages[Kind]) => receivers[kind](message),
  };
}

/** The controls that need no kernel: opacity and the pixel threshold. */
function addLooks(place: HTMLElement, state: State, redraw: () => void) {
  const opacity = make('input', {
    type: 'range',
    min: '0',
    max: '1',
    step: '0.01',
    value: String(state.opacity),
  });
  const threshold = make('input', { type: 'range', min: '0', max: '1000', step: '1' });
  opacity.dataset.look = 'opacity';
  threshold.dataset.look = 'threshold';
  let [low, high] = [0, 1];
  opacity.addEventListener('input', () => {
    state.opacity = Number(opacity.value);
    redraw();
  });
  threshold.addEventListener('input', () => {
    state.pixelThreshold = low + (Number(threshold.value) / 1000) * (high - low);
    redraw();
  });
  const row = (label: string, input: HTMLInputElement) =>
    make('div', { className: 'sl-row' }, make('label', {}, make('span', { textContent: label }), input));
  place.append(
    make(
      'details',
      { open: true },
      make('summary', { textContent: 'Look' }),
      row('heat opacity', opacity),
      row('pixel threshold', threshold),
    ),
  );
  return {
    update() {
      if (!state.shown) return;
      [low, high] = extent(decodePlane(state.shown.map).data);
      high = Math.max(high, state.pixelThreshold * 1.5);
      threshold.value = String((1000 * (state.pixelThreshold - low)) / (high - low || 1));
    },
  };
}

function showStatus(
  { words, fraction, error }: Pick<StatusMessage, 'words' | 'fraction' | 'error'>,
  { status, bar, cancel }: { status: HTMLElement; bar: HTMLProgressElement; cancel: HTMLElement },
): void {
  const [first, ...rest] = error === undefined ? words.split('; ') : [error];
  const more = make('details', {}, make('summary', { textContent: 'where the time went' }), rest.join('; '));
  status.replaceChildren(first, ...(rest.length > 0 ? [' ', more] : []));
  status.classList.toggle('sl-error', error !== undefined);
  bar.hidden = cancel.hidden = fraction === undefined;
  bar.value = fraction ?? 0;
}

/** The configuration as text, to copy, and the memory bank in words. */
function addTexts(place: HTMLElement, onSave: () => void) {
  const metrics = make('div', { className: 'sl-metrics' });
  const lines = make('ul', {});
  const curves = make('div', { className: 'sl-curves' });
  const rows = ['TypeScript', 'command line'].map((name) => {
    const text = make('code', {});
    const button = make('button', { type: 'button', textContent: `Copy ${name}` });
    button.addEventListener('click', () => void navigator.clipboard.writeText(text.textContent ?? ''));
    place.append(make('div', { className: 'sl-copy' }, button, text));
    return text;
  });
  const save = make('button', { type: 'button', textContent: 'Save this detector' });
  save.title =
    'Saves the memory bank with its thresholds as a file of the working folder, for spanlab score and loadDetector';
  save.dataset.action = 'save';
  save.addEventListener('click', onSave);
  place.append(save, metrics, lines, curves);
  return {
    update({ code, command }: StatusMessage) {
      [rows[0].textContent, rows[1].textContent] = [code, command];
    },
    bank({ bank, metrics: measured, costs }: Messages['set']) {
      curves.replaceChildren(...costCurves(costs));
      metrics.textContent = measured.map(({ name, value }) => `${name} ${value.toFixed(4)}`).join(' · ');
      lines.replaceChildren(...bank.map((textContent) => make('li', { textContent })));
    },
  };
}
