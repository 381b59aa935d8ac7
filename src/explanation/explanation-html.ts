import { escapeHtml } from '../base/escape-html';
import type { PicturedExplanation } from './pictured-explanation';

const box =
  'display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin: 6px 0; font: 13px system-ui, sans-serif';

/**
 * An explanation as HTML that stands alone: an equation of patches, and the nearest exemplar under it.
 *
 * @param explanation of {@link explainScored}
 * @example
 * ```ts
 * explanationHtml({ title: 'patch', target: '', parts: [], count: 0, residual: 2 }).includes('size 2.00') // true
 * ```
 */
export function explanationHtml(explanation: PicturedExplanation): string {
  const { title, target, parts, count, residual, nearest, isOfWholeImage } = explanation;
  const scope =
    count === 0
      ? 'no exemplar has a part in this reconstruction:'
      : isOfWholeImage
        ? 'whole images, with one set of coefficients for all positions; shown at this one:'
        : 'this position alone:';
  const terms = parts.map(({ coefficient, picture, name, without }, index) => {
    const note = without === undefined ? '' : `without it ${without.toPrecision(3)}`;
    return `<span>${index === 0 ? '=' : '+'} ${coefficient.toFixed(3)} ×</span>${figure(picture, name, note)}`;
  });
  const rest = count > parts.length ? `<span>+ ${count - parts.length} more</span>` : '';
  const beside = nearest
    ? `<div class="sl-equation" style="${box}"><span>beside it, the exemplar nearest to this position alone:</span>${figure(nearest.picture, nearest.name, `Euclidean distance ${nearest.distance.toPrecision(3)}`)}</div>`
    : '';
  return `<div><h4><b>${escapeHtml(title)}</b></h4><div>${scope}</div><div class="sl-equation" style="${box}">${figure(target, 'the patch', '')}${terms.join('')}${rest}<span>+ residual at this position, size ${residual.toPrecision(3)}</span></div>${beside}</div>`;
}

function figure(picture: string, caption: string, note: string): string {
  return `<figure style="margin: 0; width: 96px; text-align: center"><img src="${picture}" alt="${escapeHtml(caption)}" width="72" height="72" style="image-rendering: pixelated"><figcaption style="font-size: 11px; overflow-wrap: anywhere">${escapeHtml(caption)}<br><b>${escapeHtml(note)}</b></figcaption></figure>`;
}
