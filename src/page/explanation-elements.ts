import type { PicturedExplanation } from '../explanation/pictured-explanation';
import { make } from './make';

/** A position as an equation of patches, and the nearest exemplar under it. */
export function explanationElements({
  title,
  target,
  parts,
  count,
  residual,
  nearest,
}: PicturedExplanation): HTMLElement[] {
  const patch = (src: string, caption: string, more = '') =>
    make(
      'figure',
      {},
      make('img', { src, alt: caption }),
      make('figcaption', {}, caption, make('br'), make('b', { textContent: more })),
    );
  const sign = (text: string) => make('span', { className: 'sl-sign', textContent: text });
  const terms = parts.flatMap(({ coefficient, picture, name, without }, index) => [
    sign(`${index === 0 ? '=' : '+'} ${coefficient.toFixed(3)} ×`),
    patch(picture, name, without === undefined ? '' : `without it ${without.toPrecision(3)}`),
  ]);
  const rest = count - parts.length;
  const equation = make(
    'div',
    { className: 'sl-equation' },
    patch(target, 'the patch'),
    ...terms,
    ...(rest > 0 ? [sign(`+ ${rest} more`)] : []),
    sign(`+ residual, size ${residual.toPrecision(3)}`),
  );
  const heading = make('h4', { textContent: title });
  if (!nearest) return [heading, equation];
  const { picture, name, distance } = nearest;
  const beside = patch(picture, name, `distance ${distance.toPrecision(3)}`);
  return [
    heading,
    equation,
    make('div', { className: 'sl-equation' }, sign('the nearest exemplar:'), beside),
  ];
}
