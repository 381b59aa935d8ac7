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
    picture.setAttribute('viewBox', `-2 -2 ${width + 4} ${height + 4}`);
    picture.classList.add('sl-costs');
    const line = document.createElementNS(space, 'polyline');
    line.setAttribute('points', points.join(' '));
    picture.append(line);
    const last = known.at(-1)?.[1].toPrecision(3) ?? '';
    const words = `${granularity}: cost of the worst represented, after each of ${most} picks, from ${largest.toPrecision(3)} to ${last}`;
    const figure = make('figure', {}, make('figcaption', { textContent: words }));
    figure.prepend(picture);
    return figure;
  });
}
