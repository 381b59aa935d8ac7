import { numberIn, oneOf } from '../base';
import {
  button,
  checkbox,
  dropdown,
  logSlider,
  multipleChoice,
  numberField,
  slider,
  textField,
  type Widget,
} from './widgets';

/**
 * A control by its kind: a range is a slider (`log`: in equal factors), a list a selection of one or, with `values`, of several, a
 * boolean a check box, `text` a line of text, a label a button; `click` is the index of the point that was clicked in the figure
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

/** The widget of a control; its value goes into `values`, and `changed` is called when it changes. */
export function widgetOf(
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

/** The value that a control begins with. */
export function initialValue(control: Control): unknown {
  if (typeof control === 'boolean') return control;
  if ('button' in control) return 0;
  if ('click' in control) return control.click;
  if ('text' in control) return control.text;
  return 'values' in control ? control.values : control.value;
}
