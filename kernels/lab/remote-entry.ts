/**
 * A prebuilt extension of JupyterLab that draws `application/vnd.plotly.v1+json` with the Plotly beside it, loaded once a page, and
 * keeps a PNG of each figure with the notebook, for readers that draw no Plotly. It is a module-federation container by hand: one
 * file, which needs no builder.
 */
import { type ClickEvent, tellClick } from '../../src/notebook/tell-click';
/** The parts of Lumino and JupyterLab that are used here. */
interface LuminoWidget {
  node: HTMLElement;
  addClass(name: string): void;
  processMessage(message: { type: string }): void;
  dispose(): void;
}
interface MimeModel {
  data: Record<string, unknown>;
  setData(options: { data: Record<string, unknown> }): void;
}
interface PlotlyFigure {
  data: object[];
  layout?: { width?: number; height?: number; meta?: { spanlab?: { clickClass?: string } } } & Record<
    string,
    unknown
  >;
  config?: object;
  frames?: object[];
}
interface PlotlyElement extends HTMLElement {
  on(event: string, handler: (event: ClickEvent) => void): void;
}
interface Plotly {
  newPlot(place: HTMLElement, figure: PlotlyFigure): Promise<PlotlyElement>;
  react(place: HTMLElement, figure: PlotlyFigure): Promise<PlotlyElement>;
  toImage(place: HTMLElement | PlotlyFigure, options: object): Promise<string>;
  purge(place: HTMLElement): void;
  Plots: { resize(place: HTMLElement): void };
}
type SharedModules = Record<string, Record<string, { get(): Promise<() => unknown> }>>;

const mimeType = 'application/vnd.plotly.v1+json';
const pngType = 'image/png';
const ownUrl = (document.currentScript as HTMLScriptElement).src;
/** Milliseconds without another drawing, after which a picture is kept: taking one holds the page up. */
const pictureDelay = 1500;
let shared: SharedModules;

async function sharedModule<Module>(name: string): Promise<Module> {
  const [newest] = Object.values(shared[name]).reverse();
  return (await newest.get())() as Module;
}

let plotly: Promise<Plotly> | undefined;

/** Plotly, once a page; the page's `define` must not catch it. */
function loadPlotly(): Promise<Plotly> {
  plotly ??= fetch(new URL('plotly.js', ownUrl))
    .then((response) => response.text())
    .then((text) => {
      const module = { exports: {} };
      new Function('module', 'exports', 'define', text)(module, module.exports, undefined);
      return module.exports as Plotly;
    });
  return plotly;
}

function isDark(): boolean {
  return document.body.dataset.jpThemeLight === 'false';
}

/** Text and grids as the page's theme has them. */
function themed(figure: PlotlyFigure, node: HTMLElement): PlotlyFigure {
  if (!isDark()) return figure;
  const style = getComputedStyle(node);
  const paper = style.getPropertyValue('--jp-layout-color0').trim() || '#111';
  const ink = style.getPropertyValue('--jp-content-font-color1').trim() || '#eee';
  const axis = (own: unknown) => ({ ...(own as object), gridcolor: '#444', linecolor: '#888', color: ink });
  const layout = { ...figure.layout, paper_bgcolor: paper, plot_bgcolor: paper };
  const { scene, xaxis, yaxis, font } = layout as unknown as Record<
    string,
    Record<string, unknown> | undefined
  >;
  return {
    ...figure,
    layout: {
      ...layout,
      font: { ...font, color: ink },
      ...(xaxis && { xaxis: axis(xaxis) }),
      ...(yaxis && { yaxis: axis(yaxis) }),
      ...(scene && {
        scene: {
          ...scene,
          xaxis: axis(scene.xaxis),
          yaxis: axis(scene.yaxis),
          zaxis: axis(scene.zaxis),
        },
      }),
      legend: { ...(layout as { legend?: object }).legend, bgcolor: 'rgba(0,0,0,0.3)' },
    },
  };
}

/** Controls stand beside what they draw where the window has room for both, else above it. */
const besideStyle = `
.jp-OutputArea:has(> .jp-OutputArea-child .spanlab-controls) { display: flex; flex-flow: row wrap; align-items: flex-start; }
.jp-OutputArea > .jp-OutputArea-child:has(.spanlab-controls) { flex: 0 0 auto; width: auto; }
.jp-OutputArea > .jp-OutputArea-child:has(.spanlab-controls) + .jp-OutputArea-child { flex: 1 1 400px; width: auto; min-width: 0; }
.jp-OutputArea > .jp-OutputArea-child:has(.spanlab-controls) + .jp-OutputArea-child > .jp-OutputPrompt { display: none; }
`;

function addStyle(): void {
  document.head.append(Object.assign(document.createElement('style'), { textContent: besideStyle }));
}

type WidgetClass = new () => LuminoWidget;

function figureWidget(Widget: WidgetClass) {
  return class FigureWidget extends Widget {
    private drawing: Promise<unknown> = Promise.resolve();
    private drawn = 0;
    private model?: MimeModel;
    /** The drawn figure, as text. */
    private shown = '';
    private keeping?: ReturnType<typeof setTimeout>;
    private readonly themes = new MutationObserver(() => this.model && void this.renderModel(this.model));

    /** The figure is as wide as its place also when that changes without the window, as beside controls. */
    private readonly sizes = new ResizeObserver(() => this.resize());

    constructor() {
      super();
      this.addClass('spanlab-figure');
      this.sizes.observe(this.node);
      this.themes.observe(document.body, { attributeFilter: ['data-jp-theme-light'] });
    }

    renderModel(model: MimeModel): Promise<void> {
      this.model = model;
      this.drawing = this.drawing
        .then(() => this.draw(model))
        .catch((error) => {
          this.node.textContent = `The figure could not be drawn: ${error}`;
        });
      return this.drawing as Promise<void>;
    }

    override processMessage(message: { type: string }): void {
      super.processMessage(message);
      if (message.type === 'resize') this.resize();
    }

    private resize(): void {
      if (this.drawn > 0 && this.node.offsetWidth > 0)
        void loadPlotly().then(({ Plots }) => Plots.resize(this.node));
    }

    override dispose(): void {
      this.themes.disconnect();
      this.sizes.disconnect();
      clearTimeout(this.keeping);
      if (this.drawn > 0) void loadPlotly().then(({ purge }) => purge(this.node));
      super.dispose();
    }

    private async draw(model: MimeModel): Promise<void> {
      const own = model.data[mimeType] as PlotlyFigure;
      // Keeping a picture tells JupyterLab of a change, and it renders the same figure again.
      const told = JSON.stringify([own, isDark()]);
      if (told === this.shown) return;
      // JupyterLab freezes its data, and Plotly notes the camera in the layout that it is given.
      const figure = themed(structuredClone(own), this.node);
      const height = own.layout?.height ?? 420;
      this.node.style.minHeight = `${height}px`;
      const { newPlot, react } = await loadPlotly();
      if (this.drawn > 0) await react(this.node, figure);
      else {
        const element = await newPlot(this.node, figure);
        const clickClass = own.layout?.meta?.spanlab?.clickClass;
        if (clickClass) element.on('plotly_click', (event) => tellClick(event, clickClass));
      }
      this.shown = told;
      this.node.dataset.drawn = String(++this.drawn);
      clearTimeout(this.keeping);
      this.keeping = setTimeout(() => void this.keepPicture(model, this.drawn), pictureDelay);
    }

    /** Puts a PNG beside the figure, in the colours for paper, whatever the page's theme. */
    private async keepPicture(model: MimeModel, turn: number): Promise<void> {
      const own = model.data[mimeType] as PlotlyFigure;
      const { toImage } = await loadPlotly();
      const { width = 620, height = 420 } = own.layout ?? {};
      const size = { format: 'png', width, height: Math.min(height, 480), scale: 1 };
      const url = await toImage(isDark() ? structuredClone(own) : this.node, size);
      const png = url.slice(url.indexOf(',') + 1);
      if (model.data[pngType] !== png && turn === this.drawn)
        model.setData({ data: { ...model.data, [pngType]: png } });
    }
  };
}

async function mimeExtension(): Promise<object> {
  addStyle();
  const { Widget } = await sharedModule<{ Widget: WidgetClass }>('@lumino/widgets');
  const FigureWidget = figureWidget(Widget);
  return {
    id: 'spanlab:figures',
    description: 'Draws Plotly figures',
    rendererFactory: { safe: true, mimeTypes: [mimeType], createRenderer: () => new FigureWidget() },
    rank: 0,
    dataType: 'json',
  };
}

const container = {
  init(modules: SharedModules) {
    shared = modules;
  },
  async get(_name: string) {
    const extension = await mimeExtension();
    return () => ({ __esModule: true, default: extension });
  },
};
const page = window as unknown as { _JUPYTERLAB?: Record<string, typeof container> };
(page._JUPYTERLAB ??= {}).spanlab = container;
