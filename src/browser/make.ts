/** A new element with properties and children; texts stay texts. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** A slider with its label and its value as text. */
export function makeSlider({
  id,
  label,
  format,
  ...range
}: {
  id: string;
  label: string;
  min: number;
  max: number;
  step: number;
  value: number;
  format: (value: number) => string;
}): { input: HTMLInputElement; element: HTMLElement } {
  const texts = Object.fromEntries(Object.entries(range).map(([name, value]) => [name, String(value)]));
  const input = make('input', {
    type: 'range',
    id,
    min: texts.min,
    max: texts.max,
    step: texts.step,
    value: texts.value,
  });
  const output = make('output', { textContent: format(range.value) });
  input.addEventListener('input', () => {
    output.textContent = format(Number(input.value));
  });
  return { input, element: make('label', {}, label, input, output) };
}

/** A table of texts that scrolls where it is too wide. */
export function makeTable({
  head,
  rows,
  meanLast,
}: {
  head: readonly string[];
  rows: readonly (readonly string[])[];
  meanLast: boolean;
}): HTMLElement {
  const lines = rows.map((cells, index) => {
    const className = meanLast && index === rows.length - 1 ? 'mean' : '';
    return make('tr', { className }, ...cells.map((textContent) => make('td', { textContent })));
  });
  const first = make('tr', {}, ...head.map((textContent) => make('th', { textContent })));
  return make('div', { className: 'scroll' }, make('table', {}, first, ...lines));
}
