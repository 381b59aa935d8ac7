import type { Curve } from '../../scoring';
import { make } from '../make';

const [width, height] = [220, 90];
const space = 'http://www.w3.org/2000/svg';

/** The largest cost that the search for exemplars leaves after each pick, one small curve per granularity. */
export function costCurves(costs: Readonly<Record<string, Curve>>): HTMLElement[] {
  return Object.entries(costs).map(([granularity, { x, y }]) => {
    const known = y.map((value, at) => [x[at], value] as const).filter(([, value]) => Number.isFinite(value));
    const [most, largest] = [Math.max(...x), Math.max(...known.map(([, value]) => value))];
    const points = known.map(
      ([pick, value]) => `${(width * pick) / most},${height - (height * value) / largest}`,
    );
    const picture = document.createElementNS(space, 'svg');
    picture.setAttribute('viewBox', `-44 -8 ${width + 50} ${height + 38}`);
    picture.classList.add('sl-costs');
    const add = (name: string, attributes: Record<string, string | number>, text = '') => {
      const element = document.createElementNS(space, name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
      element.textContent = text;
      picture.append(element);
    };
    add('line', { x1: 0, x2: width, y1: height, y2: height, class: 'sl-axis' });
    add('line', { x1: 0, x2: 0, y1: 0, y2: height, class: 'sl-axis' });
    add('text', { x: -4, y: 6, 'text-anchor': 'end' }, largest.toPrecision(3));
    add('text', { x: -4, y: height, 'text-anchor': 'end' }, '0');
    add('text', { x: 0, y: height + 13, 'text-anchor': 'middle' }, '0');
    add('text', { x: width, y: height + 13, 'text-anchor': 'end' }, String(most));
    add('text', { x: width / 2, y: height + 26, 'text-anchor': 'middle' }, 'picks');
    add('polyline', { points: points.join(' ') });
    const last = known.at(-1)?.[1].toPrecision(3) ?? '';
    const words = `${granularity}: cost of the worst represented, after each of ${most} picks, from ${largest.toPrecision(3)} to ${last}`;
    const figure = make('figure', {}, make('figcaption', { textContent: words }));
    figure.prepend(picture);
    return figure;
  });
}
