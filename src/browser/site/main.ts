/** The page: images come in, a worker runs the session, and the workbench of the notebooks shows it. */
import type { Request } from '../../workbench/messages';
import { type Beginning, openWorkbench, type Workbench } from '../workbench/workbench';
import { make } from '../make';
import { checkedList } from './checked-list';
import { download } from './download';
import { addIntake } from './intake';
import { keepOffline } from './keep-offline';
import { addKeeper } from './kept-session';
import { addResults } from './results';
import type { Opening, OwnImage, ToPage, ToWorker } from './protocol';

const place = (id: string) => document.getElementById(id)!;
const [bench, engine] = [place('bench'), place('engine')];

const worker = new Worker('worker.js', { type: 'module' });
const send = (message: ToWorker) => worker.postMessage(message);
let workbench: Workbench | undefined;
const reading = make('p', { className: 'reading' });
reading.setAttribute('role', 'status');
const notice = make('p', { className: 'advice' });
notice.setAttribute('role', 'status');
const downloads = make('div', {});
const results = addResults(downloads, bench);

function open(opening: Opening, beginning: Beginning = { values: {} }): void {
  const note = ({ values, image }: Beginning) =>
    keeper.note({ shown: { opening: opening.type === 'own' ? { type: 'own' } : opening, values, image } });
  const ask = (request: Request) => {
    if (request.type === 'show') note(request);
    send({ type: 'ask', request });
  };
  note(beginning);
  workbench = openWorkbench(() => ({ ask, heard: () => undefined }), beginning);
  reading.textContent = 'Reading the images…';
  bench.hidden = false;
  results.clear();
  notice.textContent = '';
  bench.replaceChildren(reading, notice, downloads, workbench.element);
  bench.scrollIntoView();
  send({ type: 'open', opening, beginning });
}

let checked: ReturnType<typeof checkedList> | undefined;

function check(bank: OwnImage, tests: readonly OwnImage[]): void {
  workbench = undefined;
  results.clear();
  bench.hidden = false;
  checked = checkedList(bench);
  bench.scrollIntoView();
  send({ type: 'check', bank, tests });
}

worker.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
  if (data.type === 'told') {
    if (data.kind === 'setup') reading.textContent = '';
    workbench?.receive(data.kind, data.message);
    results.take(data.kind, data.message);
  } else if (data.type === 'ready') {
    engine.textContent = 'Ready.';
    document.body.dataset.ready = 'true';
    void keepOffline().then((isKept) => {
      if (!isKept) return;
      engine.textContent = 'Ready; works offline from now on.';
      document.body.dataset.offline = 'true';
    });
  } else if (data.type === 'reading') {
    if (reading.textContent) reading.textContent = `Reading the images: ${data.done} of ${data.total}`;
  } else if (data.type === 'notice') notice.textContent = data.message;
  else if (data.type === 'checked') checked?.add(data.image);
  else if (data.type === 'checkedAll') checked?.end(data.threshold);
  else if (data.type === 'saved') download(data.name, new Blob([data.bytes as BlobPart]));
  else {
    bench.hidden = false;
    bench.replaceChildren(make('p', { className: 'trouble', textContent: data.message }));
  }
});

const intake = addIntake(place('intake'), {
  open,
  check,
  // The session that is shown has other images: loaded again, it would not be the same.
  onChange: (shelves) => keeper.note({ shelves, shown: undefined }),
});
const keeper = addKeeper(place('intake'), ({ shelves, shown }) => {
  intake.fill(shelves);
  if (shown) open(shown.opening.type === 'own' ? { type: 'own', ...shelves } : shown.opening, shown);
});
