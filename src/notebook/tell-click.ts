/** The part of the page's document that is used here. */
declare const document: {
  querySelector(selector: string): { value: string; dispatchEvent(event: Event): boolean } | null;
};

/** Plotly's event of a click; heat maps give row and column as `pointIndex`. */
export interface ClickEvent {
  points: {
    pointIndex?: number | [number, number];
    pointNumber?: number;
    data: { z?: unknown[][] | { shape: string } };
  }[];
}

/**
 * Writes the index of a clicked point, row by row in a heat map, into the number field of the figure's controls. Pages get this
 * function as text, so that it uses nothing but its arguments.
 */
export function tellClick({ points: [point] }: ClickEvent, clickClass: string): void {
  const field = document.querySelector(`.${clickClass} input`);
  if (!field) return;
  const at = point.pointIndex ?? point.pointNumber ?? 0;
  const { z } = point.data;
  const columns = Array.isArray(z) ? z[0].length : Number(z?.shape.split(',')[1]);
  field.value = String(Array.isArray(at) ? at[0] * columns + at[1] : at);
  field.dispatchEvent(new Event('change', { bubbles: true }));
}
