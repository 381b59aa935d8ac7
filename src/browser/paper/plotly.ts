import { make } from '../make';

/** A place where Plotly has drawn a scene. */
export interface DrawnPlace extends HTMLElement {
  _fullLayout?: {
    scene?: {
      _scene?: {
        glplot: { cameraParams: { model: number[]; view: number[]; projection: number[] } };
        dataScale: number[];
      };
    };
  };
}

interface Plotly {
  react(place: HTMLElement, data: readonly object[], layout: object, config: object): Promise<void>;
  Plots: { resize(place: HTMLElement): void };
}

let loading: Promise<Plotly> | undefined;

/** Plotly, which is fetched when the first figure is drawn. */
export function loadPlotly(): Promise<Plotly> {
  loading ??= new Promise((resolve, reject) => {
    const script = make('script', { src: 'plotly.js' });
    script.onload = () => resolve((window as unknown as { Plotly: Plotly }).Plotly);
    script.onerror = () => {
      loading = undefined;
      reject(new Error('The figures could not be loaded: load the page again.'));
    };
    document.head.append(script);
  });
  return loading;
}
