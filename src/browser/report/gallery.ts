import type { Mask, Plane, RgbImage } from '../../images';
import {
  type Colour,
  drawOutline,
  heatColour,
  heatOverlay,
  predictionColour,
  thresholdMap,
  truthColour,
} from '../../plots/overlay';
import { make, makeSlider } from '../make';
import type { ReportCategory, ReportPicture } from './report-data';

/** A picture with what is drawn over it. */
interface Item {
  canvas: HTMLCanvasElement;
  image: RgbImage;
  map: Plane;
  mask?: Mask;
}

/** Adds a category's anomaly maps, with sliders for the heat's opacity and the threshold. */
export async function addGallery(section: HTMLElement, category: ReportCategory): Promise<void> {
  const [low, high] = category.range;
  const id = category.name.replace(/[^a-z0-9]/gi, '-');
  const opacity = makeSlider({
    id: `opacity-${id}`,
    label: 'heat opacity',
    min: 0,
    max: 1,
    step: 0.01,
    value: 0.5,
    format: (value) => value.toFixed(2),
  });
  const threshold = makeSlider({
    id: `threshold-${id}`,
    label: 'threshold',
    min: low,
    max: high,
    step: (high - low) / 255,
    value: category.threshold,
    format: (value) => value.toPrecision(4),
  });
  const key = make(
    'span',
    { className: 'key' },
    ...scale(category.range),
    ...legend(truthColour, 'ground truth'),
    ...legend(predictionColour, 'prediction'),
  );
  const controls = make('div', { className: 'controls' }, opacity.element, threshold.element, key);
  const grid = make('div', { className: 'gallery' });
  section.append(make('h3', { textContent: 'Anomaly maps' }), controls, grid);
  const items: Item[] = [];
  const paint = () => {
    const look = {
      range: category.range,
      opacity: Number(opacity.input.value),
      threshold: Number(threshold.input.value),
    };
    for (const item of items) draw(item, look);
  };
  for (const picture of category.pictures) items.push(await addPicture(grid, picture, category.range));
  opacity.input.addEventListener('input', paint);
  threshold.input.addEventListener('input', paint);
  paint();
}

/** The colours of the heat with the scores at their ends. */
function scale([low, high]: readonly [number, number]): (Node | string)[] {
  const stops = Array.from({ length: 9 }, (_, index) => rgb(heatColour(index / 8)));
  const bar = make('span', { className: 'scale' });
  bar.style.background = `linear-gradient(90deg, ${stops.join()})`;
  return [`score ${low.toPrecision(3)} `, bar, ` ${high.toPrecision(3)}`];
}

function rgb(colour: Colour): string {
  return `rgb(${colour.map((part) => Math.round(255 * part)).join(' ')})`;
}

function legend(colour: Colour, name: string): (Node | string)[] {
  const box = make('span');
  box.style.background = rgb(colour);
  return [box, name];
}

async function addPicture(
  grid: HTMLElement,
  picture: ReportPicture,
  [low, high]: readonly [number, number],
): Promise<Item> {
  const canvas = make('canvas');
  const caption = `${picture.defect} ${picture.name}, score ${picture.score.toPrecision(4)}`;
  grid.append(make('figure', {}, canvas, make('figcaption', { textContent: caption })));
  const [image, map, mask] = await Promise.all(
    [picture.image, picture.map, picture.mask].map((url) => url && pixelsOf(url)),
  );
  const { width, height, data } = image as ImageData;
  Object.assign(canvas, { width, height });
  const grey = (pixels: ImageData) =>
    Float32Array.from({ length: width * height }, (_, at) => pixels.data[4 * at]);
  return {
    canvas,
    image: {
      width,
      height,
      data: Float32Array.from(
        { length: 3 * width * height },
        (_, at) => data[4 * Math.floor(at / 3) + (at % 3)] / 255,
      ),
    },
    map: { width, height, data: grey(map as ImageData).map((value) => low + (value / 255) * (high - low)) },
    mask: mask
      ? { width, height, data: Uint8Array.from(grey(mask), (value) => (value > 127 ? 1 : 0)) }
      : undefined,
  };
}

async function pixelsOf(url: string): Promise<ImageData> {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = make('canvas', { width: image.naturalWidth, height: image.naturalHeight });
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function draw(
  { canvas, image, map, mask }: Item,
  { threshold, ...heat }: { range: readonly [number, number]; opacity: number; threshold: number },
): void {
  const overlay = heatOverlay(image, map, heat);
  const truth = mask ? drawOutline(overlay, mask, truthColour) : overlay;
  const { width, height, data } = drawOutline(truth, thresholdMap(map, threshold), predictionColour);
  const pixels = new ImageData(width, height);
  for (let at = 0; at < width * height; at++) {
    for (let channel = 0; channel < 3; channel++)
      pixels.data[4 * at + channel] = Math.round(255 * data[3 * at + channel]);
    pixels.data[4 * at + 3] = 255;
  }
  canvas.getContext('2d')!.putImageData(pixels, 0, 0);
}
