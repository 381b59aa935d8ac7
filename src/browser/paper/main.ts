/** The article: chapters whose figures are computed when they come into view, and again when their controls move. */
import { keepOffline } from '../site/keep-offline';
import { valuesIn } from './address-state';
import { chapters } from './chapters';
import { openChapter } from './open-chapter';
import type { Answer, Asked, Values } from './protocol';

type Listener = (answer: Answer) => void;

const worker = new Worker('paper-worker.js', { type: 'module' });
const listeners = new Map<number, Listener>();
let asked = 0;

worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => listeners.get(data.id)?.(data));

const ask = (chapter: string, values: Values, listen: Listener): void => {
  const id = ++asked;
  listeners.set(id, (answer) => {
    if (answer.type !== 'words') listeners.delete(id);
    listen(answer);
  });
  worker.postMessage({ id, chapter, values } satisfies Asked);
};

const { chapter: first, values } = valuesIn(location.hash);
for (const chapter of chapters) openChapter(chapter, values[chapter.id], ask);
if (first) document.getElementById(first)!.scrollIntoView();

void keepOffline().then(async (isKept) => {
  if (!isKept) return;
  // The service worker keeps what it fetches itself.
  if (!navigator.serviceWorker.controller)
    await new Promise((resolve) =>
      navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
    );
  await fetch('plotly.js');
  document.body.dataset.offline = 'true';
});
