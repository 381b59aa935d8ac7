import { make } from '../make';
import { download } from './download';
import type { CheckedImage } from './protocol';
import { csvLine } from './results';

/** The images that a memory bank made elsewhere has scored, the most anomalous first. */
export function checkedList(place: HTMLElement) {
  const known: CheckedImage[] = [];
  const words = make('p', { textContent: 'Loading the memory bank…' });
  words.setAttribute('role', 'status');
  const save = make('button', { type: 'button', textContent: 'Scores as CSV', hidden: true });
  save.addEventListener('click', () => {
    const lines = known.map(({ name, score, isAnomalous, reason }) =>
      csvLine([
        name,
        score ?? '',
        score === undefined ? '' : isAnomalous ? 'anomalous' : 'nominal',
        reason ?? '',
      ]),
    );
    const text = ['image,score,decision,skipped', ...lines, ''].join('\r\n');
    download('scores.csv', new Blob([text], { type: 'text/csv' }));
  });
  const list = make('ol', { className: 'checked' });
  place.replaceChildren(words, make('div', { className: 'buttons' }, save), list);
  return {
    add(image: CheckedImage) {
      known.push(image);
      known.sort((a, b) => (b.score ?? -Infinity) - (a.score ?? -Infinity));
      list.replaceChildren(...known.map(cardOf));
      words.textContent = `${known.length} images checked`;
    },
    end(threshold: number) {
      const called = known.filter(({ isAnomalous }) => isAnomalous).length;
      words.textContent = `${called} of ${known.length} images reach the bank's threshold of ${threshold.toPrecision(3)}.`;
      save.hidden = false;
    },
  };
}

function cardOf({ name, score, isAnomalous, picture, reason }: CheckedImage): HTMLElement {
  if (score === undefined || !picture)
    return make(
      'li',
      {},
      make('p', { className: 'trouble', textContent: `${name}: ${reason ?? 'not scored'}` }),
    );
  const url = URL.createObjectURL(new Blob([picture as BlobPart], { type: 'image/jpeg' }));
  const image = make('img', { src: url, alt: `${name} with its anomaly map` });
  image.onload = () => URL.revokeObjectURL(url);
  const verdict = `${name}: ${score.toPrecision(3)}, ${isAnomalous ? 'anomalous' : 'nominal'}`;
  return make('li', {}, make('figure', {}, image, make('figcaption', { textContent: verdict })));
}
