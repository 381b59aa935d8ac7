import { plotlyConfig } from '../../plots/plotly-config';
import { make, makeSlider } from '../make';
import { hashOf } from './address-state';
import type { Chapter, ChapterControl } from './chapters';
import { dragPoint, type Move } from './drag-point';
import { type DrawnPlace, loadPlotly } from './plotly';
import type { Answer, ChapterContent, Values } from './protocol';

type Ask = (chapter: string, values: Values, listen: (answer: Answer) => void) => void;

/** Puts a chapter's controls and figures into its section of the page. */
export function openChapter(chapter: Chapter, given: Values, ask: Ask): void {
  const section = document.getElementById(chapter.id)!;
  const stage = section.querySelector<HTMLElement>('.stage')!;
  const values: Record<string, number | string> = { ...given };
  const words = make('p', { className: 'words' });
  words.setAttribute('role', 'status');
  const figures = make('div', { className: 'figures' });
  const lines = make('div', { className: 'lines' });
  let content: ChapterContent | undefined;
  /** `again`: a control moved while the content was computed or drawn. */
  let state: 'idle' | 'busy' | 'again' = 'idle';
  const compute = () => {
    if (state !== 'idle') {
      state = 'again';
      return;
    }
    state = 'busy';
    section.setAttribute('aria-busy', 'true');
    ask(chapter.id, values, (answer) => {
      if (answer.type === 'words') {
        words.textContent = answer.words;
        return;
      }
      words.textContent = answer.type === 'failed' ? answer.message : '';
      words.classList.toggle('trouble', answer.type === 'failed');
      const drawn =
        answer.type === 'content' ? draw((content = answer.content), { chapter, figures, lines }) : undefined;
      void Promise.resolve(drawn)
        .catch((error: Error) => (words.textContent = error.message))
        .finally(() => {
          const isStale = state === 'again';
          state = 'idle';
          section.removeAttribute('aria-busy');
          if (isStale) compute();
        });
    });
  };
  const controls = chapter.controls.map((control) => {
    const own = controlFor(chapter, control, values[control.name], (value) => {
      values[control.name] = value;
      history.replaceState(null, '', hashOf(chapter, values));
      if (!chapter.start || content) compute();
    });
    return [control.name, own] as const;
  });
  const panel = make('div', { className: 'panel' }, ...controls.map(([, { element }]) => element));
  if (chapter.start) panel.append(startButton(chapter.start, compute));
  panel.append(words, lines);
  stage.append(panel, figures);
  const write = Object.fromEntries(controls.map(([name, { write: own }]) => [name, own]));
  dragPoint(
    figures,
    () => content?.dragged,
    (move) => moved(values, move, write),
  );
  if (!chapter.start) whenInView(section, compute);
}

function startButton(textContent: string, start: () => void): HTMLElement {
  const button = make('button', { type: 'button', className: 'main', textContent });
  button.addEventListener('click', start);
  return button;
}

function whenInView(section: HTMLElement, run: () => void): void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      run();
    },
    { rootMargin: '200px' },
  );
  observer.observe(section);
}

/** Moves the point of the second chapter: its sliders take the new angle, distance and height. */
function moved(
  values: Readonly<Record<string, number | string>>,
  [u, v, up]: Move,
  write: Readonly<Record<string, (value: number) => void>>,
): void {
  const [angle, distance] = [(Number(values.angle) * Math.PI) / 180, Number(values.distance)];
  const [a, b] = [distance * Math.cos(angle) + u, distance * Math.sin(angle) + v];
  if (up !== 0) write.height(Number(values.height) + up);
  else {
    write.angle(((Math.atan2(b, a) * 180) / Math.PI + 360) % 360);
    write.distance(Math.hypot(a, b));
  }
}

interface Control {
  element: HTMLElement;
  /** Sets the value as the person would. */
  write(value: number): void;
}

function controlFor(
  chapter: Chapter,
  control: ChapterControl,
  value: number | string,
  set: (value: number | string) => void,
): Control {
  const id = `${chapter.id}-${control.name}`;
  if ('options' in control) {
    const select = make(
      'select',
      { id },
      ...control.options.map((name) => make('option', { textContent: name, selected: name === value })),
    );
    select.addEventListener('change', () => set(select.value));
    return { element: make('label', {}, control.label, select), write: () => undefined };
  }
  const { min, max, step, label } = control;
  const format = (one: number) => String(Number(one.toFixed(2)));
  const { input, element } = makeSlider({ id, label, min, max, step, value: Number(value), format });
  input.addEventListener('input', () => set(Number(input.value)));
  const write = (one: number) => {
    input.value = String(one);
    input.dispatchEvent(new Event('input'));
  };
  return { element, write };
}

/** Draws a chapter's content; a scene keeps its camera. */
async function draw(
  { figures: drawn = [], pictures = [], lines: sentences = [] }: ChapterContent,
  { chapter, figures, lines }: { chapter: Chapter; figures: HTMLElement; lines: HTMLElement },
): Promise<void> {
  lines.replaceChildren(...sentences.map((textContent) => make('p', { textContent })));
  if (pictures.length > 0)
    figures.replaceChildren(
      make(
        'div',
        { className: 'pictures' },
        ...pictures.map(({ caption, url }) =>
          make(
            'figure',
            {},
            make('img', { src: url, alt: caption }),
            make('figcaption', { textContent: caption }),
          ),
        ),
      ),
    );
  if (drawn.length === 0) return;
  const plotly = await loadPlotly();
  while (figures.children.length < drawn.length) figures.append(make('div', { className: 'plot' }));
  for (const [index, { data, layout }] of drawn.entries()) {
    const place = figures.children[index] as DrawnPlace;
    const whole = { ...layout, autosize: true, height: chapter.height, uirevision: 'same' };
    await plotly.react(place, data, whole, { ...plotlyConfig, displayModeBar: false });
  }
}
