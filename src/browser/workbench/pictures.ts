import { extent } from '../../base/numbers';
import type { Plane } from '../../images';
import { scaledTo } from '../../images/framing';
import { predictionColour, truthColour } from '../../plots/overlay';
import type { ImageMessage } from '../../workbench/messages';
import { make } from '../make';
import { titleOf } from './labels';
import { decodePlane, diverging, heat, outlineCanvas, planeCanvas } from './planes';
import type { Actions, State } from './state';

type Source = CanvasImageSource;

/** A picture of the row: what is drawn over one another. */
interface Picture {
  name: string;
  layers: readonly { source: Source; alpha?: number }[];
  /** Its numbers, for the readout. */
  plane?: Plane;
}

const side = 232;
const outlines = 'prediction and ground truth';

/** The row of pictures of the chosen image, with one zoom and one hover. */
export function addPictures(place: HTMLElement, state: State, actions: Actions) {
  const row = make('div', { className: 'sl-pictures' });
  const readout = make('div', { className: 'sl-readout' });
  const levelChoice = make('select', {});
  levelChoice.dataset.choice = 'level';
  levelChoice.addEventListener('change', () => {
    state.level = Number(levelChoice.value);
    redraw();
  });
  const words = make('span', { className: 'sl-score' });
  place.append(make('div', { className: 'sl-bar' }, make('label', {}, 'features of ', levelChoice), words));
  place.append(row, readout);
  let loaded: Loaded | undefined;
  let pictures: Picture[] = [];
  const redraw = () => {
    if (!loaded || !state.shown) return;
    const { shown } = state;
    state.level = Math.min(state.level, shown.levels.length - 1);
    levelChoice.replaceChildren(
      ...shown.levels.map(({ name }, at) => make('option', { value: String(at), textContent: name })),
    );
    levelChoice.value = String(state.level);
    pictures = picturesOf(loaded, state);
    paint();
    words.textContent = verdict(state, shown);
  };
  const paint = () => {
    paintRow(row, pictures, state);
    readout.textContent = readoutOf(pictures, state);
  };
  listen(row, state, { paint, explain: (x, y) => askExplanation(state, actions, { x, y }) });
  return {
    redraw,
    async load(message: ImageMessage) {
      loaded = await loadPictures(message);
      redraw();
    },
  };
}

function askExplanation(state: State, actions: Actions, { x, y }: { x: number; y: number }): void {
  state.place = { x, y, level: state.level };
  actions.explain();
}

/** The fields of a message that have to be decoded. */
interface Loaded {
  image: HTMLImageElement;
  map: Plane;
  /** Null where a pinned configuration could not use the image. */
  pinned: readonly (Plane | null)[];
  mask?: Plane;
  levels: {
    target: HTMLImageElement;
    rebuilt: HTMLImageElement;
    difference: HTMLImageElement;
    residuals: Plane;
  }[];
}

async function loadPictures(message: ImageMessage): Promise<Loaded> {
  const picture = async (url: string) => {
    const image = new Image();
    image.src = url;
    await image.decode();
    return image;
  };
  const levels = await Promise.all(
    message.levels.map(async ({ target, rebuilt, difference, residuals }) => ({
      target: await picture(target),
      rebuilt: await picture(rebuilt),
      difference: await picture(difference),
      residuals: decodePlane(residuals),
    })),
  );
  return {
    image: await picture(message.image),
    map: decodePlane(message.map),
    pinned: message.pinned.map((one) => one && decodePlane(one.map)),
    mask: message.mask ? decodePlane(message.mask) : undefined,
    levels,
  };
}

function picturesOf({ image, map, pinned, mask, levels }: Loaded, state: State): Picture[] {
  const { target, rebuilt, difference, residuals } = levels[state.level];
  const range = state.set?.heatRange ?? state.shown!.heatRange;
  const truth = mask ? [{ source: outlineCanvas(mask, 0.5, truthColour) }] : [];
  const outline = { source: outlineCanvas(map, state.pixelThreshold, predictionColour) };
  const pictures: Picture[] = [
    { name: 'image', layers: [{ source: image }] },
    { name: 'target features', layers: [{ source: target }] },
    { name: 'reconstructed features', layers: [{ source: rebuilt }] },
    { name: 'their difference', layers: [{ source: difference }] },
    {
      name: 'residuals',
      layers: [{ source: planeCanvas(residuals, heat(extent(residuals.data))) }],
      plane: residuals,
    },
    {
      name: 'anomaly map',
      layers: [{ source: image }, { source: planeCanvas(map, heat(range)), alpha: state.opacity }],
      plane: map,
    },
    { name: outlines, layers: [{ source: image }, outline, ...truth], plane: map },
  ];
  const compared = pinned.flatMap((plane, at) =>
    plane ? comparisonOf(image, map, { pinned: plane, at, range, opacity: state.opacity }) : [],
  );
  return [...pictures, ...compared];
}

function comparisonOf(
  image: HTMLImageElement,
  map: Plane,
  {
    pinned,
    at,
    range,
    opacity,
  }: { pinned: Plane; at: number; range: readonly [number, number]; opacity: number },
): Picture[] {
  const heated = planeCanvas(pinned, heat(range));
  const pictures: Picture[] = [
    {
      name: `pinned map ${at + 1}`,
      layers: [{ source: image }, { source: heated, alpha: opacity }],
      plane: pinned,
    },
  ];
  if (pinned.data.length !== map.data.length) return pictures;
  const change = { ...map, data: map.data.map((value, at) => value - pinned.data[at]) };
  const largest = Math.max(...extent(change.data).map(Math.abs));
  const source = planeCanvas(change, diverging(largest));
  return [...pictures, { name: `map − pinned map ${at + 1}`, layers: [{ source }], plane: change }];
}

function paintRow(row: HTMLElement, pictures: readonly Picture[], state: State): void {
  while (row.children.length < pictures.length) {
    const canvas = make('canvas', { width: 2 * side, height: 2 * side });
    row.append(make('figure', {}, canvas, make('figcaption', {})));
  }
  while (row.children.length > pictures.length) row.lastElementChild!.remove();
  pictures.forEach(({ name, layers }, index) => {
    const figure = row.children[index];
    figure.querySelector('figcaption')!.textContent = name;
    const canvas = figure.querySelector('canvas')!;
    const shape = scaledTo(layers[0].source as HTMLCanvasElement, 2 * side);
    if (canvas.width !== shape.width || canvas.height !== shape.height) Object.assign(canvas, shape);
    paintPicture(canvas, layers, state);
  });
}

function paintPicture(canvas: HTMLCanvasElement, layers: Picture['layers'], { view, hover }: State): void {
  const context = canvas.getContext('2d')!;
  const { width, height } = canvas;
  context.imageSmoothingEnabled = false;
  context.clearRect(0, 0, width, height);
  for (const { source, alpha = 1 } of layers) {
    const { width: w, height: h } = source as HTMLCanvasElement;
    context.globalAlpha = alpha;
    context.drawImage(source, view.x * w, view.y * h, w / view.zoom, h / view.zoom, 0, 0, width, height);
  }
  context.globalAlpha = 1;
  if (!hover) return;
  const x = (hover.x - view.x) * view.zoom * width;
  const y = (hover.y - view.y) * view.zoom * height;
  context.strokeStyle = 'rgba(255, 255, 255, 0.9)';
  context.lineWidth = 3;
  for (const colour of ['rgba(255, 255, 255, 0.9)', '#1f2933']) {
    context.strokeStyle = colour;
    context.strokeRect(x - 9, y - 9, 18, 18);
    context.lineWidth = 1;
  }
}

function readoutOf(pictures: readonly Picture[], { hover }: State): string {
  if (!hover)
    return 'Move over a picture to compare positions, scroll to zoom, drag to move, click to explain a position.';
  const valueAt = (name: string) => {
    const plane = pictures.find((picture) => picture.name === name)?.plane;
    if (!plane) return '';
    const column = Math.min(plane.width - 1, Math.floor(hover.x * plane.width));
    const row = Math.min(plane.height - 1, Math.floor(hover.y * plane.height));
    return `${name} ${plane.data[row * plane.width + column]?.toPrecision(3)}`;
  };
  const shown = pictures.filter(({ name, plane }) => plane && name !== outlines);
  const parts = shown.map(({ name }) => valueAt(name));
  return `x ${(100 * hover.x).toFixed(0)} %, y ${(100 * hover.y).toFixed(0)} %: ${parts.join(', ')}`;
}

function verdict({ set, imageThreshold, setup, image }: State, shown: ImageMessage): string {
  const decision = set ? (shown.score >= imageThreshold ? 'called anomalous' : 'called nominal') : '';
  const pinned = shown.pinned.map((one) => one?.score.toPrecision(3) ?? '–').join(', ');
  const other = pinned && ` (pinned: ${pinned})`;
  const state = shown.isFinal ? '' : ' · preview';
  return `${titleOf(setup.samples[image])}: score ${shown.score.toPrecision(3)}${other} ${decision}${state}`;
}

function listen(
  row: HTMLElement,
  state: State,
  { paint, explain }: { paint: () => void; explain: (x: number, y: number) => void },
): void {
  const { view } = state;
  const placeOf = (event: MouseEvent) => {
    const canvas = (event.target as Element).closest('canvas');
    if (!canvas) return undefined;
    const box = canvas.getBoundingClientRect();
    const [u, v] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    return { u, v, x: view.x + u / view.zoom, y: view.y + v / view.zoom };
  };
  const clamp = () => {
    for (const axis of ['x', 'y'] as const) view[axis] = Math.min(1 - 1 / view.zoom, Math.max(0, view[axis]));
  };
  let dragged: { x: number; y: number; moved: boolean } | undefined;
  row.addEventListener('mousemove', (event) => {
    const place = placeOf(event);
    if (dragged && place) {
      [view.x, view.y] = [dragged.x - place.u / view.zoom, dragged.y - place.v / view.zoom];
      dragged.moved ||= Math.hypot(event.movementX, event.movementY) > 1;
      clamp();
    }
    state.hover = place && { x: place.x, y: place.y };
    paint();
  });
  row.addEventListener('mouseleave', () => {
    state.hover = undefined;
    paint();
  });
  row.addEventListener('mousedown', (event) => {
    const place = placeOf(event);
    dragged = place && { x: place.x, y: place.y, moved: false };
  });
  row.addEventListener('mouseup', (event) => {
    const place = placeOf(event);
    if (place && dragged && !dragged.moved) explain(place.x, place.y);
    dragged = undefined;
  });
  row.addEventListener(
    'wheel',
    (event) => {
      const place = placeOf(event);
      if (!place) return;
      event.preventDefault();
      view.zoom = Math.min(16, Math.max(1, view.zoom * (event.deltaY < 0 ? 1.25 : 0.8)));
      [view.x, view.y] = [place.x - place.u / view.zoom, place.y - place.v / view.zoom];
      clamp();
      paint();
    },
    { passive: false },
  );
}
