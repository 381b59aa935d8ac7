import { make } from '../make';
import { filesOf } from './own-images';

/** A place that takes images: dropped on it, chosen, pasted while it has the focus, or photographed. */
export function dropZone({
  id,
  title,
  hint,
  onFiles,
  onClear,
}: {
  id: string;
  title: string;
  hint: string;
  onFiles: (files: readonly File[]) => void;
  onClear: () => void;
}) {
  const camera = fileButton({ id: `${id}-camera`, title, label: 'Photograph' }, onFiles);
  camera[1].setAttribute('capture', 'environment');
  const words = make('p', { className: 'count' });
  words.setAttribute('role', 'status');
  const clear = make('button', {
    type: 'button',
    className: 'quiet',
    textContent: 'Remove all',
    hidden: true,
  });
  clear.addEventListener('click', onClear);
  const element = make(
    'section',
    { className: 'zone', id },
    make('h2', { textContent: title }),
    make('p', { textContent: hint }),
    make(
      'div',
      { className: 'buttons' },
      ...fileButton({ id: `${id}-files`, title, label: 'Choose images' }, onFiles),
      ...camera,
      clear,
    ),
    words,
  );
  element.tabIndex = 0;
  element.setAttribute('aria-label', `${title}: drop or paste images here`);
  listen(element, onFiles);
  return {
    element,
    show(text: string, isEmpty: boolean) {
      words.textContent = text;
      clear.hidden = isEmpty;
    },
  };
}

/** A button that opens the browser's choice of files, and the hidden field behind it. */
function fileButton(
  { id, title, label }: { id: string; title: string; label: string },
  onFiles: (files: readonly File[]) => void,
): [HTMLButtonElement, HTMLInputElement] {
  const field = make('input', { id, type: 'file', accept: 'image/*', multiple: true, className: 'hidden' });
  field.addEventListener('change', () => {
    onFiles(Array.from(field.files ?? []));
    field.value = '';
  });
  field.setAttribute('aria-label', `${title}: ${label}`);
  const button = make('button', { type: 'button', textContent: label });
  button.addEventListener('click', () => field.click());
  return [button, field];
}

/** Takes what is dropped on an element, or pasted while it has the focus. */
function listen(element: HTMLElement, onFiles: (files: readonly File[]) => void): void {
  const over = (isOver: boolean) => element.classList.toggle('over', isOver);
  element.addEventListener('dragover', (event) => {
    event.preventDefault();
    over(true);
  });
  element.addEventListener('dragleave', () => over(false));
  const take = (event: Event, transfer: DataTransfer | null) => {
    event.preventDefault();
    over(false);
    if (transfer) void filesOf(transfer).then(onFiles);
  };
  element.addEventListener('drop', (event) => take(event, event.dataTransfer));
  element.addEventListener('paste', (event) => take(event, event.clipboardData));
}
