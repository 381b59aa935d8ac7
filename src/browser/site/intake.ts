import { surfaceNames } from '../../images/synthetic/surfaces';
import { make } from '../make';
import { dropZone } from './drop-zone';
import { withFiles } from './own-images';
import type { Opening, OwnImage } from './protocol';

/** Fewer good images than these say little about what is usual. */
const fewNominal = 10;
/** With fewer, no image can be left out. */
const leastNominal = 2;

const isImage = ({ type, name }: File) =>
  type.startsWith('image/') || /\.(heic|heif|tiff?|bmp|avif)$/i.test(name);

/** Where the person brings images: good ones, ones to check, or an example. */
export function addIntake(
  place: HTMLElement,
  {
    open,
    check: checkWith,
  }: { open: (opening: Opening) => void; check: (bank: OwnImage, tests: readonly OwnImage[]) => void },
) {
  let nominal: OwnImage[] = [];
  let tests: OwnImage[] = [];
  let bank: OwnImage | undefined;
  const trouble = make('p', { className: 'trouble' });
  trouble.setAttribute('role', 'alert');
  const kept = (files: readonly File[]) => {
    const images = files.filter(isImage);
    const others = files.filter((file) => !isImage(file)).map(({ name }) => name);
    trouble.textContent = others.length > 0 ? `No image, left out: ${others.join(', ')}` : '';
    return images;
  };
  const good = dropZone({
    ...{ id: 'good', title: '1. Good images' },
    hint: 'Ten or more pictures of parts without a defect, taken alike: same side, same distance, same light.',
    onFiles: (files) => update(() => (nominal = withFiles(nominal, kept(files), tests))),
    onClear: () => update(() => (nominal = [])),
  });
  const check = dropZone({
    ...{ id: 'check', title: '2. Images to check' },
    hint: 'Pictures of further parts, good or not. They come back in the order of their anomaly scores.',
    onFiles: (files) => update(() => (tests = withFiles(tests, kept(files), nominal))),
    onClear: () => update(() => (tests = [])),
  });
  const start = make('button', {
    type: 'button',
    id: 'start',
    className: 'main',
    textContent: 'Learn and check',
  });
  const advice = make('p', { className: 'advice' });
  start.addEventListener('click', () =>
    bank ? checkWith(bank, tests) : open({ type: 'own', nominal, tests }),
  );
  const update = (change: () => void) => {
    change();
    good.show(countOf(nominal), nominal.length === 0);
    check.show(countOf(tests), tests.length === 0);
    start.disabled = tests.length === 0 || (!bank && nominal.length < leastNominal);
    start.textContent = bank ? 'Check with the memory bank' : 'Learn and check';
    advice.textContent = bank ? bankAdvice(bank, tests.length) : adviceFor(nominal.length, tests.length);
  };
  const bankButtons = bankField((chosen) => update(() => (bank = chosen)));
  place.append(
    make('div', { className: 'zones' }, good.element, check.element),
    trouble,
    make('div', { className: 'buttons' }, start, ...exampleButtons(open), ...bankButtons),
    advice,
  );
  update(() => undefined);
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
