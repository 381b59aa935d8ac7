import { decide } from '../../detector/decide';
import { make } from '../make';
import { type Label, labelOf } from './labels';
import type { Actions, State } from './state';

const [width, height] = [440, 170];
const bars = 28;
const space = 'http://www.w3.org/2000/svg';

/** The histogram of image scores with the threshold as a line to drag, and what the threshold decides. */
export function addHistogram(place: HTMLElement, state: State, actions: Actions) {
  const picture = document.createElementNS(space, 'svg');
  picture.setAttribute('viewBox', `0 0 ${width} ${height + 34}`);
  picture.classList.add('sl-histogram');
  const words = make('div', { className: 'sl-decisions' });
  place.append(picture, words);
  let range: [number, number] = [0, 1];
  const move = (event: PointerEvent) => {
    const box = picture.getBoundingClientRect();
    const part = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    state.imageThreshold = range[0] + part * (range[1] - range[0]);
    actions.draw();
  };
  picture.addEventListener('pointerdown', (event) => {
    picture.setPointerCapture(event.pointerId);
    move(event);
  });
  picture.addEventListener('pointermove', (event) => {
    if (picture.hasPointerCapture(event.pointerId)) move(event);
  });
  return {
    draw() {
      if (!state.set) return;
      const scores = state.set.scores.filter((score) => score !== null);
      const [low, high] = [Math.min(...scores), Math.max(...scores)];
      const margin = 0.04 * (high - low || 1);
      range = [low - margin, high + margin];
      drawBars(picture, state, range);
      words.textContent = decisionWords(state);
    },
  };
}

function drawBars(picture: SVGSVGElement, state: State, [low, high]: [number, number]): void {
  const add = (name: string, attributes: Record<string, string | number>, text = '') => {
    const element = document.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    element.textContent = text;
    picture.append(element);
  };
  picture.replaceChildren();
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
  for (let tick = 0; tick <= 4; tick++) {
    const value = low + (tick * (high - low)) / 4;
    const anchor = tick === 0 ? 'start' : tick === 4 ? 'end' : 'middle';
    add('text', { x: (tick * width) / 4, y: height + 15, 'text-anchor': anchor }, value.toPrecision(3));
  }
  add('text', { x: width / 2, y: height + 31, 'text-anchor': 'middle' }, 'image score');
  const x = (width * (state.imageThreshold - low)) / (high - low);
  add('line', { x1: x, x2: x, y1: 0, y2: height, class: 'sl-threshold' });
  add('circle', { cx: x, cy: 8, r: 6, class: 'sl-handle' });
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
