import { surfaceNames } from '../../images/synthetic/surfaces';
import { make } from '../make';
import { dropZone } from './drop-zone';
import type { Shelves } from './kept-session';
import { withFiles } from './own-images';
import type { Opening, OwnImage } from './protocol';

/** Fewer good images than these say little about what is usual. */
const fewNominal = 10;
/** With fewer, no image can be left out. */
const leastNominal = 2;

const isImage = ({ type, name }: File) =>
  type.startsWith('image/') || /\.(heic|heif|tiff?|bmp|avif)$/i.test(name);

/** What the intake asks for. */
interface IntakeActions {
  open: (opening: Opening) => void;
  check: (bank: OwnImage, tests: readonly OwnImage[]) => void;
  /** Called with all images after some were added or removed. */
  onChange: (shelves: Shelves) => void;
}

/** Where the person brings images: good ones, ones to check, or an example. */
export function addIntake(place: HTMLElement, { open, check: checkWith, onChange }: IntakeActions) {
  let nominal: readonly OwnImage[] = [];
  let tests: readonly OwnImage[] = [];
  let bank: OwnImage | undefined;
  const { trouble, kept } = imageFilter();
  const good = dropZone({
    ...{ id: 'good', title: '1. Good images' },
    hint: 'Ten or more pictures of parts without a defect, taken alike: same side, same distance, same light.',
    onFiles: (files) => change(() => (nominal = withFiles(nominal, kept(files), tests))),
    onClear: () => change(() => (nominal = [])),
  });
  const check = dropZone({
    ...{ id: 'check', title: '2. Images to check' },
    hint: 'Pictures of further parts, good or not. They come back in the order of their anomaly scores.',
    onFiles: (files) => change(() => (tests = withFiles(tests, kept(files), nominal))),
    onClear: () => change(() => (tests = [])),
  });
  const start = make('button', { type: 'button', id: 'start', className: 'main' });
  const advice = make('p', { className: 'advice' });
  start.addEventListener('click', () =>
    bank ? checkWith(bank, tests) : open({ type: 'own', nominal, tests }),
  );
  const update = (how: () => void) => {
    how();
    good.show(countOf(nominal), nominal.length === 0);
    check.show(countOf(tests), tests.length === 0);
    start.disabled = tests.length === 0 || (!bank && nominal.length < leastNominal);
    start.textContent = bank ? 'Check with the memory bank' : 'Learn and check';
    advice.textContent = bank ? bankAdvice(bank, tests.length) : adviceFor(nominal.length, tests.length);
  };
  const change = (how: () => void) => {
    update(how);
    onChange({ nominal, tests });
  };
  const bankButtons = bankField((chosen) => update(() => (bank = chosen)));
  place.append(
    make('div', { className: 'zones' }, good.element, check.element),
    trouble,
    make('div', { className: 'buttons' }, start, ...exampleButtons(open), ...bankButtons),
    advice,
  );
  update(() => undefined);
  return {
    /** Puts images into their places. */
    fill: (shelves: Shelves) => update(() => ({ nominal, tests } = shelves)),
  };
}

/** Keeps the images among files, and names the others in a line. */
function imageFilter() {
  const trouble = make('p', { className: 'trouble' });
  trouble.setAttribute('role', 'alert');
  const kept = (files: readonly File[]) => {
    const images = files.filter(isImage);
    const others = files.filter((file) => !isImage(file)).map(({ name }) => name);
    trouble.textContent = others.length > 0 ? `No image, left out: ${others.join(', ')}` : '';
    return images;
  };
  return { trouble, kept };
}

function countOf(images: readonly OwnImage[]): string {
  if (images.length === 0) return 'none yet';
  return images.length === 1 ? '1 image' : `${images.length} images`;
}

function adviceFor(nominal: number, tests: number): string {
  if (nominal === 0 && tests === 0) return '';
  if (nominal < leastNominal) return 'Add good images first.';
  if (tests === 0) return 'Now add images to check.';
  return nominal < fewNominal
    ? `With ${nominal} good images the threshold is a guess; ${fewNominal} or more make it one to rely on.`
    : '';
}

function bankAdvice({ name }: OwnImage, tests: number): string {
  return `${name} is taken in place of good images${tests === 0 ? '; now add images to check' : ''}.`;
}

/** A button that takes a memory bank of the command line, a notebook or this page in place of good images. */
function bankField(onBank: (bank: OwnImage | undefined) => void): HTMLElement[] {
  const field = make('input', { id: 'bank', type: 'file', accept: '.safetensors', className: 'hidden' });
  field.setAttribute('aria-label', 'Memory bank made elsewhere');
  field.addEventListener('change', () => {
    const file = field.files?.[0];
    onBank(file && { name: file.name, file });
    field.value = '';
  });
  const button = make('button', { type: 'button', textContent: 'Load a memory bank' });
  button.addEventListener('click', () => field.click());
  return [button, field];
}

function exampleButtons(open: (opening: Opening) => void): HTMLElement[] {
  const choice = make(
    'select',
    { id: 'example' },
    ...surfaceNames.map((value) => make('option', { value, textContent: value })),
  );
  choice.value = 'nut';
  const button = make('button', { type: 'button', id: 'try', textContent: 'Try it' });
  button.addEventListener('click', () =>
    open({ type: 'example', surface: choice.value as (typeof surfaceNames)[number] }),
  );
  return [make('label', { htmlFor: 'example', textContent: 'or an example:' }), choice, button];
}
