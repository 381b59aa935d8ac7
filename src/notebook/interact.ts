import { randomUUID } from 'node:crypto';
import { type LongWork, numberIn, oneOf } from '../base';
import type { Figure } from '../plots';
import { kernelHost, type MimeBundle } from './host';
import { ensurePlotly, figureBundle } from './plotly';
import {
  button,
  checkbox,
  column,
  dropdown,
  numberField,
  progressBar,
  showWidget,
  slider,
  type Widget,
} from './widgets';

/**
 * A control by its kind: a range is a slider, a list a selection, a truth value a check box, a label a button; `click` is the
 * index of the point that was clicked in the figure (of a heat map: row by row), and a field to type it.
 */
export type Control =
  | { min: number; max: number; step?: number; value: number }
  | { options: readonly string[]; value: string }
  | boolean
  | { button: string }
  | { click: number };

/** The value that a control has: how often a button was pressed. */
export type ControlValue<C extends Control> = C extends boolean
  ? boolean
  : C extends { options: readonly string[] }
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
    progress.set({ value: 0 });
    const onProgress: Required<LongWork>['onProgress'] = ({ done, total }) =>
      progress.set({ value: done / total });
    const drawn = await render({ ...values } as ControlValues<C>, { signal, onProgress });
    progress.set({ value: 1 });
    return (Array.isArray(drawn) ? drawn : [drawn]).map((drawing: Drawing, index) => {
      if (typeof drawing === 'string') return { 'text/html': drawing };
      return isFigure(drawing) ? figureBundle(drawing, { id: `${displayId}-${index}`, clickClass }) : drawing;
    });
  };

  const widgets = Object.entries(controls).map(([name, control]) =>
    widgetOf(name, control, values, clickClass, () => void draw()),
  );
  ensurePlotly();
  showWidget(column([...widgets, progress]));
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
    values[name] = control.click;
    return numberField(name, control.click, clickClass, set);
  }
  values[name] = control.value;
  if ('options' in control) {
    const index = control.options.indexOf(oneOf({ [name]: control.value }, control.options));
    return dropdown(name, control.options, index, (at) => set(control.options[at]));
  }
  const { min, max, step = 1, value } = control;
  numberIn({ [name]: value }, { from: min, to: max });
  return slider(name, { min, max, step, value }, set);
}
