import { randomUUID } from 'node:crypto';
import type { WatchedWork } from '../base';
import type { Figure } from '../plots';
import { type Control, initialValue, widgetOf } from './control';
import { kernelHost, type MimeBundle } from './host';
import { frameValues, framedFigure } from './framed-figure';
import { figureBundle, type ShowFigureOptions } from './plotly';
import { tellMissingControls } from './tell-missing-controls';
import { column, progressBar, showWidget, type Widget } from './widgets';

/** The value of a control; a button's is the number of times it was pressed. */
export type ControlValue<C extends Control> = C extends boolean
  ? boolean
  : C extends { values: readonly string[] }
    ? readonly string[]
    : C extends { options: readonly string[] } | { text: string }
      ? string
      : number;

/** The values of all controls, by name. */
export type ControlValues<C extends Record<string, Control>> = { [name in keyof C]: ControlValue<C[name]> };

/** Anything that a cell can show: a figure, HTML or a mime bundle. */
export type Drawing = Figure | MimeBundle | string;

/**
 * Draws one thing for the controls' values, or several, one under the other and always the same number. `work` has the signal that is aborted when newer values
 * come, and the progress bar.
 */
export type Render<C extends Record<string, Control>> = (
  values: ControlValues<C>,
  work: WatchedWork,
) => Drawing | readonly Drawing[] | Promise<Drawing | readonly Drawing[]>;

/** Further options of {@link interact}. */
export interface InteractOptions<C extends Record<string, Control>> {
  /** Names of the controls that have no effect for some values; they are greyed. */
  disabled?: (values: ControlValues<C>) => readonly (keyof C & string)[];
  /** A slider several of whose values are drawn in advance where no kernel moves the controls; the drawing must be one figure. */
  frames?: keyof C & string;
}

/**
 * Shows controls under the running cell, and the drawing that `render` makes from their values. Every change draws again; when
 * `render` is slower than the changes, its signal is aborted, and the newest values win.
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
  { disabled, frames }: InteractOptions<C> = {},
): Promise<void> {
  const values: Record<string, unknown> = {};
  if (!kernelHost().openComm) return drawOnce(controls, render, frames);
  const displayId = randomUUID();
  const clickClass = `spanlab-click-${displayId}`;
  const progress = progressBar();
  const renderBundles = async (signal: AbortSignal): Promise<MimeBundle[]> => {
    const onProgress: WatchedWork['onProgress'] = ({ done, total }) => progress.show(done / total);
    const busy = setTimeout(() => progress.show(0), 250);
    const work = { signal, onProgress };
    const drawing = (async () => render({ ...values } as ControlValues<C>, work))();
    const drawn = await drawing.finally(() => {
      clearTimeout(busy);
      progress.show(undefined);
    });
    return (Array.isArray(drawn) ? drawn : [drawn]).map((drawing: Drawing, index) =>
      bundleOf(drawing, { id: `${displayId}-${index}`, clickClass }),
    );
  };

  const draw = newestWins(renderBundles, displayId);
  const changed = () => {
    grey();
    void draw();
  };
  const widgets = Object.entries(controls).map(
    ([name, control]) => [name, widgetOf(name, control, values, clickClass, changed)] as const,
  );
  const grey = greying(new Map(widgets), () => disabled?.({ ...values } as ControlValues<C>) ?? []);
  grey();
  showWidget(column([...widgets.map(([, widget]) => widget), progress]));
  await draw();
}

/** A function that draws anew; a drawing that is not done yet is stopped, and the newest one is shown. */
function newestWins(
  render: (signal: AbortSignal) => Promise<readonly MimeBundle[]>,
  displayId: string,
): () => Promise<void> {
  let [shown, newest] = [0, 0];
  let running: AbortController | undefined;
  let isDrawing = false;
  return async () => {
    newest++;
    running?.abort(new Error('newer values came'));
    if (isDrawing) return;
    isDrawing = true;
    try {
      for (let drawn = 0; drawn !== newest;) {
        drawn = newest;
        running = new AbortController();
        const { signal } = running;
        const bundles = await render(signal).catch((error) => (signal.aborted ? [] : [errorBundle(error)]));
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
}

function isFigure(drawn: Figure | MimeBundle): drawn is Figure {
  return Array.isArray((drawn as Figure).data) && typeof (drawn as Figure).layout === 'object';
}

function errorBundle(error: Error): MimeBundle {
  return { 'text/plain': `${error.name}: ${error.message}` };
}

/** Draws once where there are no controls: the first values, one slider that Plotly moves, and a line that says what is missing. */
async function drawOnce<C extends Record<string, Control>>(
  controls: C,
  render: Render<C>,
  frames: (keyof C & string) | undefined,
): Promise<void> {
  const host = kernelHost();
  const values = Object.fromEntries(
    Object.entries(controls).map(([name, control]) => [name, initialValue(control)]),
  ) as ControlValues<C>;
  const draw = (changed: object = {}) =>
    render({ ...values, ...changed }, { signal: host.signal, onProgress: () => undefined });
  const drawn = [await draw()].flat() as Drawing[];
  const control = frames === undefined ? undefined : controls[frames];
  if (frames !== undefined && typeof control === 'object' && 'min' in control && isOneFigure(drawn)) {
    const steps = frameValues(control);
    const figures: Figure[] = [];
    for (const value of steps)
      figures.push(value === control.value ? drawn[0] : ((await draw({ [frames]: value })) as Figure));
    host.display(bundleOf(framedFigure(frames, { values: steps, figures, first: control.value }), {}));
  } else for (const drawing of drawn) host.display(bundleOf(drawing, {}));
  tellMissingControls(host);
}

function isOneFigure(drawn: readonly Drawing[]): drawn is readonly [Figure] {
  return drawn.length === 1 && typeof drawn[0] === 'object' && isFigure(drawn[0]);
}

function bundleOf(drawing: Drawing, options: ShowFigureOptions): MimeBundle {
  if (typeof drawing === 'string') return { 'text/html': drawing };
  return isFigure(drawing) ? figureBundle(drawing, options) : drawing;
}

/** A function that greys the widgets whose names are given now, and no others. */
function greying(widgets: ReadonlyMap<string, Widget>, namesNow: () => readonly string[]): () => void {
  const greyed = new Set<string>();
  return () => {
    const names = namesNow();
    for (const [name, widget] of widgets) {
      const isGrey = names.includes(name);
      if (isGrey !== greyed.has(name)) widget.set({ disabled: isGrey });
      if (isGrey) greyed.add(name);
      else greyed.delete(name);
    }
  };
}
