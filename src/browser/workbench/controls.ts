import type { Parameter } from '../../configuration';
import { make } from '../make';
import type { Actions, State } from './state';

const steps = 1000;

/** The controls by group; each has its default marked and a text that says what it does. */
export function addControls(place: HTMLElement, state: State, actions: Actions) {
  const rows = new Map<string, Row>();
  const groups = new Map<string, HTMLElement>();
  for (const parameter of state.setup.parameters) {
    const group = groups.get(parameter.group) ?? addGroup(place, groups, parameter.group);
    const row = controlRow(parameter, state, actions);
    rows.set(parameter.name, row);
    group.append(row.element);
  }
  return {
    /** Marks what has no effect now, and what differs from its default. */
    update(parameters: readonly Parameter[]) {
      for (const parameter of parameters) rows.get(parameter.name)?.update(parameter);
    },
  };
}

function addGroup(place: HTMLElement, groups: Map<string, HTMLElement>, name: string): HTMLElement {
  const group = make('details', { open: groups.size < 3 }, make('summary', { textContent: name }));
  groups.set(name, group);
  place.append(group);
  return group;
}

interface Row {
  element: HTMLElement;
  update(parameter: Parameter): void;
}

function controlRow(parameter: Parameter, state: State, actions: Actions): Row {
  const { name, label, help } = parameter;
  const text = make('div', { className: 'sl-help', textContent: help, hidden: true });
  const question = make('button', { type: 'button', className: 'sl-question', textContent: '?' });
  question.title = 'What does this do?';
  question.setAttribute('aria-label', `What does ${label} do?`);
  question.addEventListener('click', () => (text.hidden = !text.hidden));
  const reset = make('button', { type: 'button', className: 'sl-reset', textContent: '↺' });
  const output = make('output', {});
  const set = (value: number | string | boolean) => {
    state.values[name] = value;
    control.write(value);
    output.textContent = wordsOf(value);
    actions.show();
  };
  const control = inputOf(parameter, set);
  control.input.dataset.parameter = name;
  control.write(state.values[name]);
  output.textContent = wordsOf(state.values[name]);
  reset.title = `Back to the default, ${wordsOf(parameter.default)}`;
  reset.addEventListener('click', () => set(parameter.default));
  const line = make('label', {}, make('span', { textContent: label }), control.input, output);
  const element = make('div', { className: 'sl-row' }, line, reset, question, text);
  return {
    element,
    update({ unused, default: usual }) {
      control.input.disabled = unused !== undefined;
      element.classList.toggle('sl-unused', unused !== undefined);
      element.classList.toggle('sl-changed', state.values[name] !== usual && unused === undefined);
      line.title = unused ? `No effect: ${unused}` : help;
    },
  };
}

interface Control {
  input: HTMLInputElement | HTMLSelectElement;
  write(value: number | string | boolean): void;
}

function inputOf(parameter: Parameter, set: (value: number | string | boolean) => void): Control {
  if (parameter.kind === 'choice') {
    const options = parameter.options!.map((value) => make('option', { value, textContent: value }));
    const input = make('select', {}, ...options);
    input.addEventListener('change', () => set(input.value));
    return { input, write: (value) => (input.value = String(value)) };
  }
  if (parameter.kind === 'flag') {
    const input = make('input', { type: 'checkbox' });
    input.addEventListener('change', () => set(input.checked));
    return { input, write: (value) => (input.checked = Boolean(value)) };
  }
  return rangeInput(parameter, set);
}

function rangeInput(
  { min = 0, max = 1, step = 1, isLogarithmic }: Parameter,
  set: (value: number) => void,
): Control {
  const rounded = (value: number) => {
    const whole = Math.round((value - min) / step) * step + min;
    return Number(Math.min(max, Math.max(min, whole)).toPrecision(isLogarithmic ? 3 : 6));
  };
  const valueAt = (place: number) =>
    rounded(isLogarithmic ? min * (max / min) ** (place / steps) : min + ((max - min) * place) / steps);
  const placeOf = (value: number) =>
    isLogarithmic
      ? (steps * Math.log(value / min)) / Math.log(max / min)
      : (steps * (value - min)) / (max - min || 1);
  const input = make('input', { type: 'range', min: '0', max: String(steps), step: '1' });
  let isWaiting = false;
  // A slider that is dragged asks at most twenty times a second.
  input.addEventListener('input', () => {
    if (isWaiting) return;
    isWaiting = true;
    setTimeout(() => {
      isWaiting = false;
      set(valueAt(Number(input.value)));
    }, 50);
  });
  const write = (value: number | string | boolean) => {
    if (document.activeElement !== input) input.value = String(placeOf(Number(value)));
  };
  return { input, write };
}

function wordsOf(value: number | string | boolean): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'number' ? String(Number(value.toPrecision(6))) : value;
}
