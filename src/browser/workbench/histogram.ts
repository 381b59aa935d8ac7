import { decide } from '../../detector/decide';
import { make } from '../make';
import { type Label, labelOf } from './labels';
import type { Actions, State } from './state';

const [width, height] = [440, 170];
const bars = 28;
const space = 'http://www.w3.org/2000/svg';

/** Height of the figure with its axis. */
const whole = height + 34;

/** The histogram of image scores with the threshold as a handle to drag or move by keys, and what the threshold decides. */
export function addHistogram(place: HTMLElement, state: State, actions: Actions) {
  const picture = document.createElementNS(space, 'svg');
  picture.setAttribute('viewBox', `0 0 ${width} ${whole}`);
  picture.classList.add('sl-histogram');
  const drawn = svg('g', {});
  const handle = svg('g', { class: 'sl-threshold-handle', role: 'slider', tabindex: 0 });
  handle.setAttribute('aria-label', 'image threshold');
  handle.append(
    svg('line', { y1: 0, y2: height, class: 'sl-threshold' }),
    svg('circle', { cy: 8, r: 6, class: 'sl-handle' }),
  );
  picture.append(drawn, handle);
  const words = make('div', {
    className: 'sl-decisions',
    textContent: 'The scores come when all images have been scored.',
  });
  place.append(picture, words);
  let range: [number, number] = [0, 1];
  const moveTo = (threshold: number) => {
    state.imageThreshold = Math.min(range[1], Math.max(range[0], threshold));
    actions.draw();
  };
  const drag = (event: PointerEvent) => {
    const box = picture.getBoundingClientRect();
    moveTo(range[0] + ((event.clientX - box.left) / box.width) * (range[1] - range[0]));
  };
  picture.addEventListener('pointerdown', (event) => {
    picture.setPointerCapture(event.pointerId);
    drag(event);
  });
  picture.addEventListener('pointermove', (event) => {
    if (picture.hasPointerCapture(event.pointerId)) drag(event);
  });
  handle.addEventListener('keydown', (event) => {
    const to = thresholdAfter(event.key, state.imageThreshold, range);
    if (to === undefined) return;
    event.preventDefault();
    moveTo(to);
  });
  return {
    draw() {
      handle.style.display = state.set ? '' : 'none';
      if (!state.set) return;
      const scores = state.set.scores.filter((score) => score !== null);
      const [low, high] = [Math.min(...scores), Math.max(...scores)];
      const margin = 0.04 * (high - low || 1);
      range = [low - margin, high + margin];
      drawBars(drawn, state, range);
      words.textContent = decisionWords(state);
      placeHandle(handle, { threshold: state.imageThreshold, range, text: words.textContent });
    },
  };
}

/** The threshold that a key moves to, as for any slider; undefined for keys that move nothing. */
function thresholdAfter(
  key: string,
  threshold: number,
  [low, high]: readonly [number, number],
): number | undefined {
  const step = (high - low) / 100;
  const steps: Record<string, number> = {
    ...{ ArrowRight: step, ArrowUp: step, ArrowLeft: -step, ArrowDown: -step },
    ...{ PageUp: 10 * step, PageDown: -10 * step, Home: -Infinity, End: Infinity },
  };
  return key in steps ? threshold + steps[key] : undefined;
}

function placeHandle(
  handle: SVGElement,
  {
    threshold,
    range: [low, high],
    text,
  }: { threshold: number; range: readonly [number, number]; text: string },
): void {
  const x = (width * (threshold - low)) / (high - low);
  handle.setAttribute('transform', `translate(${x} 0)`);
  const values = { valuemin: low, valuemax: high, valuenow: threshold };
  for (const [name, value] of Object.entries(values))
    handle.setAttribute(`aria-${name}`, value.toPrecision(4));
  handle.setAttribute('aria-valuetext', text);
}

function svg(name: string, attributes: Record<string, string | number>, text = ''): SVGElement {
  const element = document.createElementNS(space, name) as SVGElement;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text) element.textContent = text;
  return element;
}

function drawBars(drawn: SVGElement, state: State, [low, high]: [number, number]): void {
  const add = (...parts: Parameters<typeof svg>) => drawn.append(svg(...parts));
  drawn.replaceChildren();
  const none = () => new Array<number>(bars).fill(0);
  const counts: Record<Label, number[]> = { nominal: none(), anomalous: none(), unlabelled: none() };
  state.set!.scores.forEach((score, index) => {
    if (score === null) return;
    const bar = Math.min(bars - 1, Math.floor((bars * (score - low)) / (high - low)));
    counts[labelOf(state.setup.samples[index])][bar]++;
  });
  const tallest = Math.max(...Object.values(counts).flat());
  for (const [kind, own] of Object.entries(counts))
    own.forEach((count, bar) => {
      const tall = (count / tallest) * (height - 14);
      const box = { x: (bar * width) / bars, y: height - tall, width: width / bars - 1, height: tall };
      if (count > 0) add('rect', { ...box, class: `sl-${kind}` });
    });
  add('line', { x1: 0, x2: width, y1: height, y2: height, class: 'sl-axis' });
  add('line', { x1: 0, x2: width, y1: 14, y2: 14, class: 'sl-grid' });
  add('text', { x: 0, y: 10 }, `${tallest} ${tallest === 1 ? 'image' : 'images'}`);
  for (let tick = 0; tick <= 4; tick++) {
    const value = low + (tick * (high - low)) / 4;
    const anchor = tick === 0 ? 'start' : tick === 4 ? 'end' : 'middle';
    add('text', { x: (tick * width) / 4, y: height + 15, 'text-anchor': anchor }, value.toPrecision(3));
  }
  add('text', { x: width / 2, y: height + 31, 'text-anchor': 'middle' }, 'image score');
}

function decisionWords({ set, setup, imageThreshold }: State): string {
  if (setup.samples.some(({ isUnlabelled }) => isUnlabelled)) {
    const scored = set!.scores.filter((score) => score !== null);
    const called = scored.filter((score) => score >= imageThreshold).length;
    return `threshold ${imageThreshold.toPrecision(3)}: ${called} of ${scored.length} images are called anomalous`;
  }
  const judged = set!.scores.flatMap((score, index) =>
    score === null ? [] : [{ score, isAnomalous: setup.samples[index].isAnomalous }],
  );
  const scores = judged.map(({ score }) => score);
  const labels = judged.map(({ isAnomalous }) => isAnomalous);
  const { precision, recall, f1 } = decide([{ scores, labels }], imageThreshold);
  const count = (isAnomalous: boolean, isCalled: (score: number) => boolean = () => true) =>
    judged.filter((one) => one.isAnomalous === isAnomalous && isCalled(one.score)).length;
  const fixed = (fraction: number | undefined) => fraction?.toFixed(3) ?? '–';
  const falsePositives = count(false, (score) => score >= imageThreshold);
  const missed = count(true, (score) => score < imageThreshold);
  return (
    `threshold ${imageThreshold.toPrecision(3)}: precision ${fixed(precision)}, recall ${fixed(recall)}, F1 ${fixed(f1)}; ` +
    `${falsePositives} of ${count(false)} nominal images are false positives, ${missed} of ${count(true)} anomalous ones missed`
  );
}
