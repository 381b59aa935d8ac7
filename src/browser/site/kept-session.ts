import { clear, createStore, get, setMany } from 'idb-keyval';
import { make } from '../make';
import type { Beginning } from '../workbench/workbench';
import type { Opening, OwnImage } from './protocol';

/** The images in the two places for them. */
export interface Shelves {
  nominal: readonly OwnImage[];
  tests: readonly OwnImage[];
}

/** The session that is open: its images, and what was shown last. */
interface Shown extends Beginning {
  opening: { type: 'own' } | Extract<Opening, { type: 'example' }>;
}

/** What outlives a reload. */
interface Kept {
  shelves: Shelves;
  shown: Shown | undefined;
}

/**
 * Keeps the images and the session in the browser's own store (IndexedDB) while the person allows it: a box that is off at
 * first. Off, the store is empty.
 *
 * @param restore is called once, where something was kept
 */
export function addKeeper(place: HTMLElement, restore: (kept: Kept) => void) {
  const store = createStore('spanlab', 'session');
  const kept: Kept = { shelves: { nominal: [], tests: [] }, shown: undefined };
  const box = make('input', { type: 'checkbox', id: 'keep' });
  const words = make('span', { className: 'advice' });
  words.setAttribute('role', 'status');
  place.append(
    make(
      'p',
      { className: 'keep' },
      make(
        'label',
        {},
        box,
        ' Keep my images and this session in this browser, for when the page is loaded again',
      ),
      words,
    ),
  );
  const write = async (some: Partial<Kept>) => {
    if (!box.checked) return;
    try {
      await setMany(Object.entries(some), store);
      words.textContent = ' They are kept.';
    } catch (error) {
      box.checked = false;
      await clear(store).catch(() => undefined);
      words.textContent = ` They could not be kept: ${(error as Error).message}`;
    }
  };
  box.addEventListener('change', () => {
    if (box.checked) void write(kept);
    else void clear(store).then(() => (words.textContent = ' Nothing is kept any more.'));
  });
  void (async () => {
    const [shelves, shown] = await Promise.all([
      get<Shelves>('shelves', store),
      get<Shown>('shown', store),
      // A private window may have no store: then nothing was kept.
    ]).catch(() => []);
    if (!shelves) return;
    box.checked = true;
    Object.assign(kept, { shelves, shown });
    restore(kept);
  })();
  return {
    /** Notes what has changed. */
    note(some: Partial<Kept>) {
      Object.assign(kept, some);
      void write(some);
    },
  };
}
