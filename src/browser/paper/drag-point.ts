import type { DrawnPlace } from './plotly';
import type { DraggedPoint } from './protocol';

/** Pixels from the point within which it is taken. */
const reach = 22;

/** The distances by which a point is moved along the axes of {@link DraggedPoint}. */
export type Move = readonly [number, number, number];

/**
 * Lets a point of a scene be dragged: in its plane, and with the shift key along the normal. Elsewhere the pointer turns the scene as
 * ever.
 *
 * @param place holds the scene's plot
 * @param pointOf gives the point as it is drawn now
 * @param onMove is called with the distances to move by
 */
export function dragPoint(
  place: HTMLElement,
  pointOf: () => DraggedPoint | undefined,
  onMove: (move: Move) => void,
): void {
  let last: { x: number; y: number } | undefined;
  const pixelOf = (point: readonly number[]) => {
    const plot = place.querySelector<DrawnPlace>('.plot');
    return plot ? projected(plot, point) : undefined;
  };
  const isNear = ({ clientX, clientY }: MouseEvent) => {
    const point = pointOf();
    const at = point && pixelOf(point.target);
    return at !== undefined && Math.hypot(at.x - clientX, at.y - clientY) < reach;
  };
  // Plotly turns the scene on mouse events: they are held back where the pointer has the point.
  for (const type of ['mousedown', 'touchstart'])
    place.addEventListener(type, (event) => last && event.stopPropagation(), true);
  place.addEventListener(
    'pointerdown',
    (event) => {
      if (!isNear(event)) return;
      last = { x: event.clientX, y: event.clientY };
      place.setPointerCapture(event.pointerId);
      event.stopPropagation();
    },
    true,
  );
  place.addEventListener(
    'pointermove',
    (event) => {
      const point = pointOf();
      if (!last) {
        place.classList.toggle('at-point', isNear(event));
        return;
      }
      event.stopPropagation();
      if (!point) return;
      const by = { x: event.clientX - last.x, y: event.clientY - last.y };
      const move = moveFor(by, point, { pixelOf, isUpward: event.shiftKey });
      if (!move) return;
      last = { x: event.clientX, y: event.clientY };
      onMove(move);
    },
    true,
  );
  for (const type of ['pointerup', 'pointercancel'] as const)
    place.addEventListener(type, () => (last = undefined), true);
}

/** The move whose picture is nearest to a way of the pointer, from how far a small step along each axis goes in the picture. */
function moveFor(
  { x, y }: { x: number; y: number },
  { target, axes }: DraggedPoint,
  {
    pixelOf,
    isUpward,
  }: { pixelOf: (point: readonly number[]) => { x: number; y: number } | undefined; isUpward: boolean },
): Move | undefined {
  const step = 1e-3;
  const from = pixelOf(target);
  const ways = axes.map((axis) => {
    const to = pixelOf(target.map((value, at) => value + step * axis[at]));
    return from && to ? { x: (to.x - from.x) / step, y: (to.y - from.y) / step } : undefined;
  });
  const [u, v, n] = ways;
  if (!u || !v || !n) return undefined;
  if (isUpward) return [0, 0, (x * n.x + y * n.y) / Math.max(1, n.x ** 2 + n.y ** 2)];
  const area = u.x * v.y - u.y * v.x;
  // Seen edge on, the plane has no area in the picture.
  if (Math.abs(area) < 1) return undefined;
  return [(x * v.y - y * v.x) / area, (u.x * y - u.y * x) / area, 0];
}

/** Where a point of the scene lies in the window, in pixels. */
function projected(place: DrawnPlace, point: readonly number[]): { x: number; y: number } | undefined {
  const scene = place._fullLayout?.scene?._scene;
  const canvas = place.querySelector('.gl-container canvas, canvas');
  if (!scene || !canvas) return undefined;
  const { model, view, projection } = scene.glplot.cameraParams;
  const scaled = [...point.map((value, axis) => value * scene.dataScale[axis]), 1];
  const [x, y, , w] = [model, view, projection].reduce(transformed, scaled);
  const box = canvas.getBoundingClientRect();
  return {
    x: box.left + ((1 + x / w) / 2) * box.width,
    y: box.top + ((1 - y / w) / 2) * box.height,
  };
}

/** A vector of four numbers times a matrix that is kept column by column. */
function transformed(vector: readonly number[], matrix: readonly number[]): number[] {
  return [0, 1, 2, 3].map((row) =>
    vector.reduce((sum, value, column) => sum + value * matrix[4 * column + row], 0),
  );
}
