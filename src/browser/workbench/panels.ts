import { explanationHtml } from '../../explanation/explanation-html';
import type { PicturedExplanation } from '../../explanation/pictured-explanation';
import type { PinnedMessage } from '../../workbench/messages';
import { make } from '../make';
import { labelOf, titleOf } from './labels';
import { type Actions, type State, valuesOf } from './state';

/** Thumbnails of all test images, the highest score first, those without a score last. */
export function addThumbnails(place: HTMLElement, state: State, actions: Actions) {
  const strip = make('div', { className: 'sl-thumbnails' });
  place.append(strip);
  return {
    draw() {
      const scores = state.set?.scores;
      const order = state.setup.samples.map((_, index) => index);
      if (scores) order.sort((a, b) => (scores[b] ?? -Infinity) - (scores[a] ?? -Infinity) || a - b);
      strip.replaceChildren(...order.map((index) => thumbnail(index, state, actions)));
    },
  };
}

function thumbnail(index: number, state: State, actions: Actions): HTMLElement {
  const sample = state.setup.samples[index];
  const { isAnomalous, isUnlabelled, thumbnail: src, broken } = sample;
  const name = titleOf(sample);
  const score = state.set?.scores[index] ?? undefined;
  const skipped = state.set ? state.set.skipped[index] : broken;
  const isCalled = score !== undefined && score >= state.imageThreshold;
  const button = make('button', { type: 'button' }, make('img', { src, alt: name }));
  button.title = `${name}${score === undefined ? '' : `, score ${score.toPrecision(3)}`}`;
  if (skipped) button.title += `, skipped: ${skipped}`;
  button.classList.toggle('sl-skipped', skipped !== undefined);
  button.disabled = skipped !== undefined;
  button.dataset.image = String(index);
  button.classList.add(`sl-${labelOf(sample)}`);
  button.classList.toggle('sl-wrong', score !== undefined && !isUnlabelled && isCalled !== isAnomalous);
  button.classList.toggle('sl-chosen', index === state.image);
  button.addEventListener('click', () => {
    state.image = index;
    actions.draw();
    actions.show();
  });
  return button;
}

/** The explanation of the position that was clicked last. */
export function addExplanation(place: HTMLElement) {
  place.append(
    hint('Click a place in a picture above: its features are shown as a combination of nominal exemplars.'),
  );
  return {
    show: (explanation: PicturedExplanation) => void (place.innerHTML = explanationHtml(explanation)),
  };
}

/** Pinning configurations, and what the current one does otherwise than each. */
export function addPinned(place: HTMLElement, state: State, actions: Actions) {
  const button = make('button', { type: 'button', textContent: 'Pin this configuration' });
  button.dataset.action = 'pin';
  button.addEventListener('click', () => {
    pin([...state.pinned, valuesOf(state)]);
  });
  const list = make('div', { className: 'sl-pins' });
  const empty = hint('Pin a configuration, then change it: here stands what the change does to the scores.');
  place.append(button, empty, list);
  const pin = (pinned: State['pinned']) => {
    state.pinned = pinned;
    actions.ask({ type: 'pin', values: pinned });
    actions.show();
    draw();
  };
  const draw = () => {
    const compared = state.set?.pinned ?? [];
    // The message told last may be about other pins than there are now.
    const shown = compared.length === state.pinned.length ? compared : [];
    empty.hidden = state.pinned.length > 0;
    list.replaceChildren(...shown.map((one, at) => pinnedCard(one, at, { state, actions, pin })));
  };
  return { draw };
}

/** How the current configuration differs from a pinned one, with a button that unpins it. */
function pinnedCard(
  { code, scores, threshold, differences }: PinnedMessage,
  at: number,
  { state, actions, pin }: { state: State; actions: Actions; pin: (pinned: State['pinned']) => void },
): HTMLElement {
  const unpin = make('button', { type: 'button', textContent: `Unpin ${at + 1}` });
  unpin.dataset.action = 'unpin';
  unpin.addEventListener('click', () => pin(state.pinned.filter((_, other) => other !== at)));
  const rows = differences.map(({ name, value, low, high }) => {
    const isClear = low > 0 || high < 0;
    const cells = [name, signed(value), `${signed(low)} to ${signed(high)}`, isClear ? 'clear of zero' : ''];
    return make('tr', {}, ...cells.map((textContent) => make('td', { textContent })));
  });
  const head = ['score', `this − pinned ${at + 1}`, '95 % interval', ''];
  const table = make(
    'table',
    {},
    make('tr', {}, ...head.map((textContent) => make('th', { textContent }))),
    ...rows,
  );
  const flipped = scores.flatMap((score, index) => {
    const now = state.set!.scores[index];
    if (score === null || now === null) return [];
    return score >= threshold !== now >= state.imageThreshold ? [index] : [];
  });
  const strip = make('div', { className: 'sl-thumbnails sl-flips' });
  strip.append(...flipped.map((index) => thumbnail(index, state, actions)));
  const count =
    flipped.length === 1 ? '1 image whose decision flips' : `${flipped.length} images whose decision flips`;
  const title = make('div', { className: 'sl-copy' }, unpin, make('code', { textContent: code }));
  return make('div', { className: 'sl-pin' }, title, table, make('div', { textContent: count }), strip);
}

/** A sentence that stands where there is nothing yet. */
function hint(textContent: string): HTMLElement {
  return make('p', { className: 'sl-hint', textContent });
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
}
