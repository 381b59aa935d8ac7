import { type Comm, kernelHost } from './host';

/** A widget of ipywidgets 8 in the browser. */
export interface Widget {
  /** Reference for the `children` of another widget. */
  reference: string;
  id: string;
  /** Changes properties of the model. */
  set(state: Record<string, unknown>): void;
}

const controls = '@jupyter-widgets/controls';
const base = '@jupyter-widgets/base';

/** Callbacks for what the browser does to a widget. */
interface Handlers {
  onValue?: (value: unknown) => void;
  onClick?: () => void;
}

/** Opens a model of ipywidgets (controls 2.0, base 2.0) over the `jupyter.widget` comm protocol 2.1. */
function openModel(
  module: string,
  name: string,
  view: string | null,
  own: object,
  handlers: Handlers = {},
): Widget {
  const state: Record<string, unknown> = {
    _model_module: module,
    _model_module_version: '2.0.0',
    _model_name: name,
    _view_module: module,
    _view_module_version: '2.0.0',
    _view_name: view,
    ...own,
  };
  const { openComm } = kernelHost();
  if (!openComm) throw new Error('controls need the spanlab kernel: register it with `npx spanlab install`');
  const comm: Comm = openComm('jupyter.widget', { state, buffer_paths: [] }, { version: '2.1.0' });
  comm.onMessage = (data) => {
    if (data.method === 'request_state') comm.send({ method: 'update', state, buffer_paths: [] });
    if (data.method === 'update') {
      const changed = data.state as Record<string, unknown>;
      Object.assign(state, changed);
      if ('value' in changed) handlers.onValue?.(changed.value);
      if ('index' in changed) handlers.onValue?.(changed.index);
    }
    if (data.method === 'custom' && (data.content as { event?: string })?.event === 'click')
      handlers.onClick?.();
  };
  return {
    id: comm.id,
    reference: `IPY_MODEL_${comm.id}`,
    set(changed) {
      Object.assign(state, changed);
      comm.send({ method: 'update', state: changed, buffer_paths: [] });
    },
  };
}

function layout(own: object = {}): string {
  return openModel(base, 'LayoutModel', 'LayoutView', own).reference;
}

function style(name: string): string {
  return openModel(controls, name, 'StyleView', { _view_module: base, description_width: '80px' }).reference;
}

const wide = { width: '300px' };

/** A slider over numbers; whole ones when all its parameters are whole. */
export function slider(
  description: string,
  { min, max, step, value }: { min: number; max: number; step: number; value: number },
  onValue: (value: number) => void,
): Widget {
  const kind = [min, max, step, value].every(Number.isInteger) ? 'Int' : 'Float';
  const own = {
    description,
    min,
    max,
    step,
    value,
    continuous_update: true,
    readout: true,
    orientation: 'horizontal',
  };
  const format = { readout_format: kind === 'Int' ? 'd' : '.3~g' };
  const parts = { layout: layout(wide), style: style('SliderStyleModel') };
  return openModel(
    controls,
    `${kind}SliderModel`,
    `${kind}SliderView`,
    { ...own, ...format, ...parts },
    {
      onValue: (changed) => onValue(Number(changed)),
    },
  );
}

/** A drop-down list. */
export function dropdown(
  description: string,
  options: readonly string[],
  index: number,
  onIndex: (index: number) => void,
): Widget {
  const own = {
    description,
    _options_labels: options,
    index,
    layout: layout(wide),
    style: style('DescriptionStyleModel'),
  };
  return openModel(controls, 'DropdownModel', 'DropdownView', own, {
    onValue: (changed) => onIndex(Number(changed)),
  });
}

/** A check box. */
export function checkbox(description: string, value: boolean, onValue: (value: boolean) => void): Widget {
  const own = { description, value, indent: true, layout: layout(wide), style: style('CheckboxStyleModel') };
  return openModel(controls, 'CheckboxModel', 'CheckboxView', own, {
    onValue: (changed) => onValue(Boolean(changed)),
  });
}

/** A button. */
export function button(description: string, onClick: () => void): Widget {
  const own = {
    description,
    layout: layout(),
    style: openModel(controls, 'ButtonStyleModel', 'StyleView', { _view_module: base }).reference,
  };
  return openModel(controls, 'ButtonModel', 'ButtonView', own, { onClick });
}

/** A field for a whole number, found in the page by its class. */
export function numberField(
  description: string,
  value: number,
  domClass: string,
  onValue: (value: number) => void,
): Widget {
  const own = {
    description,
    value,
    step: 1,
    _dom_classes: [domClass],
    continuous_update: false,
    layout: layout(wide),
    style: style('DescriptionStyleModel'),
  };
  return openModel(controls, 'IntTextModel', 'IntTextView', own, {
    onValue: (changed) => onValue(Number(changed)),
  });
}

/** An invisible field, found in the page by its class: a script of the page writes its requests into it. */
export function hiddenField(domClass: string, onValue: (text: string) => void): Widget {
  const own = {
    value: '',
    _dom_classes: [domClass],
    continuous_update: false,
    layout: layout({ display: 'none' }),
    style: style('TextStyleModel'),
  };
  return openModel(controls, 'TextModel', 'TextView', own, {
    onValue: (changed) => onValue(String(changed)),
  });
}

/** A progress bar that is visible only while work runs. */
interface ProgressBar extends Widget {
  /** A fraction in [0, 1]; undefined when the work is done. */
  show(fraction: number | undefined): void;
}

/** A progress bar, hidden until it shows a fraction. */
export function progressBar(): ProgressBar {
  const place = openModel(base, 'LayoutModel', 'LayoutView', { ...wide, visibility: 'hidden' });
  const own = {
    min: 0,
    max: 1,
    value: 0,
    bar_style: '',
    layout: place.reference,
    style: style('ProgressStyleModel'),
  };
  const bar = openModel(controls, 'FloatProgressModel', 'ProgressView', own);
  let isSeen = false;
  return {
    ...bar,
    show(fraction) {
      if ((fraction !== undefined) !== isSeen) {
        isSeen = !isSeen;
        place.set({ visibility: isSeen ? 'visible' : 'hidden' });
      }
      if (fraction !== undefined) bar.set({ value: fraction });
    },
  };
}

/** A slider whose steps are equal factors. */
export function logSlider(
  description: string,
  { min, max, value }: { min: number; max: number; value: number },
  onValue: (value: number) => void,
): Widget {
  const own = {
    description,
    base: 10,
    min: Math.log10(min),
    max: Math.log10(max),
    step: 0.02,
    value,
    continuous_update: true,
    readout: true,
    readout_format: '.3~g',
    orientation: 'horizontal',
    layout: layout(wide),
    style: style('SliderStyleModel'),
  };
  return openModel(controls, 'FloatLogSliderModel', 'FloatLogSliderView', own, {
    onValue: (changed) => onValue(Number(Number(changed).toPrecision(3))),
  });
}

/** A line of text. */
export function textField(description: string, value: string, onValue: (value: string) => void): Widget {
  const own = {
    description,
    value,
    continuous_update: false,
    layout: layout(wide),
    style: style('TextStyleModel'),
  };
  return openModel(controls, 'TextModel', 'TextView', own, {
    onValue: (changed) => onValue(String(changed)),
  });
}

/** A list from which several entries can be chosen. */
export function multipleChoice(
  description: string,
  { options, chosen }: { options: readonly string[]; chosen: readonly number[] },
  onChosen: (chosen: number[]) => void,
): Widget {
  const own = {
    description,
    _options_labels: options,
    index: chosen,
    rows: Math.min(6, options.length),
    layout: layout(wide),
    style: style('DescriptionStyleModel'),
  };
  return openModel(controls, 'SelectMultipleModel', 'SelectMultipleView', own, {
    onValue: (changed) => onChosen(changed as number[]),
  });
}

/** Widgets without a kernel bear the icon of a broken link each; one line says it instead. */
const withoutKernel = `<style>
.spanlab-controls .jupyter-widgets-disconnected::before, .spanlab-controls.jupyter-widgets-disconnected::before { content: none !important; }
.spanlab-controls:not(.jupyter-widgets-disconnected) > .spanlab-without-kernel { display: none; }
</style>Nothing moves these controls now: run the cell again.`;

/**
 * Widgets one under the other, and a line that is seen where no kernel reads them; spanlab's extension of JupyterLab puts them
 * beside the outputs that follow.
 */
export function column(children: readonly Widget[]): Widget {
  const hint = openModel(controls, 'HTMLModel', 'HTMLView', {
    value: withoutKernel,
    _dom_classes: ['spanlab-without-kernel'],
    layout: layout({ width: 'auto' }),
    style: style('HTMLStyleModel'),
  });
  return openModel(controls, 'VBoxModel', 'VBoxView', {
    children: [...children, hint].map(({ reference }) => reference),
    _dom_classes: ['spanlab-controls'],
    layout: layout(),
    box_style: '',
  });
}

/** Shows a widget under the running cell. */
export function showWidget({ id }: Widget): void {
  const view = { model_id: id, version_major: 2, version_minor: 0 };
  kernelHost().display({
    'application/vnd.jupyter.widget-view+json': view,
    'text/plain': 'Controls: run this cell with the spanlab kernel to move them.',
  });
}
