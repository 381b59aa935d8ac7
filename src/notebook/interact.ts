import { randomUUID } from 'node:crypto';
import { type LongWork, numberIn, oneOf } from '../base';
import type { Figure } from '../plots';
import { kernelHost, type MimeBundle } from './host';
import { figureBundle } from './plotly';
import {
  button,
  checkbox,
  column,
  dropdown,
  logSlider,
  multipleChoice,
  numberField,
  progressBar,
  showWidget,
  slider,
  textField,
  type Widget,
} from './widgets';

/**
 * A control by its kind: a range is a slider (`log`: in equal factors), a list a selection of one or, with `values`, of several, a
 * truth value a check box, `text` a line of text, a label a button; `click` is the index of the point that was clicked in the figure
 * (of a heat map: row by row), below `count`, and a field to type it.
 */
export type Control =
  | { min: number; max: number; step?: number; log?: boolean; value: number }
  | { options: readonly string[]; value: string }
  | { options: readonly string[]; values: readonly string[] }
  | { text: string }
  | boolean
  | { button: string }
  | { click: number; count?: number };

/** The value that a control has: how often a button was pressed. */
export type ControlValue<C extends Control> = C extends boolean
  ? boolean
  : C extends { values: readonly string[] }
    ? readonly string[]
    : C extends { options: readonly string[] } | { text: string }
      ? string
      : number;

/** The values of all controls, by name. */
export type ControlValues<C extends Record<string, Control>> = { [name in keyof C]: ControlValue<C[name]> };

/** What a cell can show: a figure, HTML or a mime bundle. */
export type Drawing = Figure | MimeBundle | string;

/**
 * Draws one thing, or several one under the other and always as many, for the controls' values. `work` has the signal that is aborted when newer values
 * come, and the progress bar.
 */
export type Render<C extends Record<string, Control>> = (
  values: ControlValues<C>,
  work: Required<LongWork>,
) => Drawing | readonly Drawing[] | Promise<Drawing | readonly Drawing[]>;

/** Further options of {@link interact}. */
export interface InteractOptions<C extends Record<string, Control>> {
  /** Names of the controls that have no effect for some values; they are greyed. */
  disabled?: (values: ControlValues<C>) => readonly (keyof C & string)[];
}

/**
 * Shows controls and what `render` makes of their values, under the running cell. A change draws anew; when `render` is slower
 * than the changes, its signal is aborted, and the newest values win.
 *
 * @returns a promise of the first drawing
 * @throws Error outside a notebook with the spanlab kernel; RangeError when a control's value is not in its range or list
 * @example
 * ```ts
 * const drawn: number[] = [];
 * await interact({ points: { min: 10, max: 500, value: 20 }, dimension: { min: 1, max: 2, value: 2 } }, (values) => {
 *   drawn.push(values.points);
 *   const { features, bases } = toySubspaces(values);
 *   return toyFigure({ features, bases, exemplars: [] });
 * });
 * drawn // [20]
 * ```
 */
export async function interact<C extends Record<string, Control>>(
  controls: C,
  render: Render<C>,
  { disabled }: InteractOptions<C> = {},
): Promise<void> {
  const values: Record<string, unknown> = {};
  const displayId = randomUUID();
  const clickClass = `spanlab-click-${displayId}`;
  let shown = 0;
  let newest = 0;
  let running: AbortController | undefined;
  let isDrawing = false;

  const progress = progressBar();
  const draw = async (): Promise<void> => {
    newest++;
    running?.abort(new Error('newer values came'));
    if (isDrawing) return;
    isDrawing = true;
    try {
      for (let drawn = 0; drawn !== newest;) {
        drawn = newest;
        running = new AbortController();
        const { signal } = running;
        const bundles = await renderBundles(signal).catch((error) =>
          signal.aborted ? [] : [errorBundle(error)],
        );
        if (drawn !== newest) continue;
        bundles.forEach((bundle, index) => {
          kernelHost().display(bundle, { displayId: `${displayId}-${index}`, update: index < shown });
        });
        shown = Math.max(shown, bundles.length);
      }
    } finally {
      isDrawing = false;
    }
  };
  const renderBundles = async (signal: AbortSignal): Promise<MimeBundle[]> => {
    const onProgress: Required<LongWork>['onProgress'] = ({ done, total }) => progress.show(done / total);
    const busy = setTimeout(() => progress.show(0), 250);
    const work = { signal, onProgress };
    const drawn = await Promise.resolve(render({ ...values } as ControlValues<C>, work)).finally(() => {
      clearTimeout(busy);
      progress.show(undefined);
    });
    return (Array.isArray(drawn) ? drawn : [drawn]).map((drawing: Drawing, index) => {
      if (typeof drawing === 'string') return { 'text/html': drawing };
      return isFigure(drawing) ? figureBundle(drawing, { id: `${displayId}-${index}`, clickClass }) : drawing;
    });
  };

  const grey = () => {
    const names: readonly string[] = disabled?.({ ...values } as ControlValues<C>) ?? [];
    for (const [name, widget] of widgets) {
      if (names.includes(name) !== greyed.has(name)) widget.set({ disabled: names.includes(name) });
      if (names.includes(name)) greyed.add(name);
      else greyed.delete(name);
    }
  };
  const greyed = new Set<string>();
  const changed = () => {
    grey();
    void draw();
  };
  const widgets = Object.entries(controls).map(
    ([name, control]) => [name, widgetOf(name, control, values, clickClass, changed)] as const,
  );
  grey();
  showWidget(column([...widgets.map(([, widget]) => widget), progress]));
  await draw();
}

function isFigure(drawn: Figure | MimeBundle): drawn is Figure {
  return Array.isArray((drawn as Figure).data) && typeof (drawn as Figure).layout === 'object';
}

function errorBundle(error: Error): MimeBundle {
  return { 'text/plain': `${error.name}: ${error.message}` };
}

function widgetOf(
  name: string,
  control: Control,
  values: Record<string, unknown>,
  clickClass: string,
  changed: () => void,
): Widget {
  const set = (value: unknown) => {
    values[name] = value;
    changed();
  };
  if (typeof control === 'boolean') {
    values[name] = control;
    return checkbox(name, control, set);
  }
  if ('button' in control) {
    values[name] = 0;
    return button(control.button, () => set((values[name] as number) + 1));
  }
  if ('click' in control) {
    const { click, count = Number.POSITIVE_INFINITY } = control;
    values[name] = click;
    const within = (value: number) => Math.min(count - 1, Math.max(0, Math.round(value) || 0));
    const field: Widget = numberField(name, click, clickClass, (value) => {
      if (within(value) !== value) field.set({ value: within(value) });
      set(within(value));
    });
    return field;
  }
  if ('text' in control) {
    values[name] = control.text;
    return textField(name, control.text, set);
  }
  if ('values' in control) {
    const { options, values: chosen } = control;
    values[name] = chosen;
    const places = chosen.map((value) => options.indexOf(oneOf({ [name]: value }, options)));
    return multipleChoice(name, { options, chosen: places }, (at) => set(at.map((index) => options[index])));
  }
  values[name] = control.value;
  if ('options' in control) {
    const index = control.options.indexOf(oneOf({ [name]: control.value }, control.options));
    return dropdown(name, control.options, index, (at) => set(control.options[at]));
  }
  const { min, max, step = 1, log = false, value } = control;
  numberIn({ [name]: value }, { from: min, to: max });
  if (log) {
    numberIn({ [`${name}: min`]: min }, { above: 0 });
    return logSlider(name, { min, max, value }, set);
  }
  return slider(name, { min, max, step, value }, set);
}
