/** The report's style. */
export const reportStyle = `
:root { color-scheme: light; --ink: #1f2933; --soft: #616e7c; --line: #dde3e9; --accent: #2f5d9b; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1180px; padding: 28px 24px 60px; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); }
h1 { font-size: 26px; margin: 0 0 4px; }
h2 { font-size: 20px; margin: 40px 0 10px; padding-top: 14px; border-top: 1px solid var(--line); }
h3 { font-size: 16px; margin: 22px 0 8px; }
p.lead { color: var(--soft); margin: 0 0 18px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 6px 10px; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { color: var(--soft); font-weight: 600; font-size: 13px; }
th:first-child, td:first-child { text-align: left; }
tr.mean td { font-weight: 600; border-top: 2px solid var(--line); }
.scroll { overflow-x: auto; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(340px, 1fr)); gap: 14px; }
.figure { height: 320px; border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
.controls { display: flex; flex-wrap: wrap; gap: 22px; align-items: center; margin: 10px 0 14px; }
.controls label { display: flex; gap: 10px; align-items: center; }
.controls output { min-width: 4.5em; font-variant-numeric: tabular-nums; color: var(--soft); }
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(176px, 1fr)); gap: 12px; }
.gallery figure { margin: 0; }
.gallery canvas { width: 100%; display: block; border-radius: 4px; background: #eef1f4; }
.gallery figcaption { font-size: 12px; color: var(--soft); overflow-wrap: anywhere; }
.key span { display: inline-block; width: 12px; height: 12px; border-radius: 2px; margin: 0 5px 0 14px; vertical-align: -1px; }
ul.notices { color: #8a4b08; background: #fff7e6; border-radius: 6px; padding: 10px 14px 10px 30px; }
pre { background: #f4f6f8; padding: 12px; border-radius: 6px; overflow-x: auto; font-size: 13px; }
`;

/** What runs in the reader's browser: it builds the page from the data, with names as text only. */
export const reportScript = `
const data = JSON.parse(document.getElementById('data').textContent);
const make = (tag, attributes = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), attributes);
  element.append(...children);
  return element;
};
const main = document.querySelector('main');
const table = (head, rows, meanLast) => {
  const body = rows.map((cells, index) =>
    make('tr', { className: meanLast && index === rows.length - 1 ? 'mean' : '' }, ...cells.map((cell) => make('td', { textContent: cell }))));
  return make('div', { className: 'scroll' }, make('table', {}, make('tr', {}, ...head.map((cell) => make('th', { textContent: cell }))), ...body));
};
main.append(make('h2', { textContent: 'Scores' }), table(data.table.head, data.table.rows, data.table.meanLast));
if (data.notices.length) main.append(make('ul', { className: 'notices' }, ...data.notices.map((textContent) => make('li', { textContent }))));

const pixelsOf = async (url, size) => {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = make('canvas', { width: size, height: size });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(image, 0, 0, size, size);
  return context.getImageData(0, 0, size, size).data;
};
const heat = data.heatColours;
const outline = (pixels, size, inside, colour) => {
  for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) {
    const at = y * size + x;
    if (!inside(at)) continue;
    if (x === 0 || y === 0 || x === size - 1 || y === size - 1 || !inside(at - 1) || !inside(at + 1) || !inside(at - size) || !inside(at + size)) {
      pixels.set(colour, at * 4);
    }
  }
};
const draw = (canvas, { image, map, mask }, size, opacity, grey) => {
  const context = canvas.getContext('2d');
  const out = context.createImageData(size, size);
  for (let at = 0; at < size * size; at++) {
    const colour = heat[map[at * 4]];
    for (let c = 0; c < 3; c++) out.data[at * 4 + c] = image[at * 4 + c] * (1 - opacity) + colour[c] * opacity;
    out.data[at * 4 + 3] = 255;
  }
  if (mask) outline(out.data, size, (at) => mask[at * 4] > 127, [230, 26, 26, 255]);
  outline(out.data, size, (at) => map[at * 4] >= grey, [255, 153, 13, 255]);
  context.putImageData(out, 0, 0);
};
const slider = (id, label, min, max, step, value, format) => {
  const input = make('input', { type: 'range', id, min, max, step, value });
  const output = make('output', { textContent: format(value) });
  input.addEventListener('input', () => { output.textContent = format(Number(input.value)); });
  return { input, element: make('label', {}, label, input, output) };
};

const gallery = async (category, section) => {
  const size = category.mapSize;
  const [low, high] = category.range;
  const id = category.name.replace(/[^a-z0-9]/gi, '-');
  const opacity = slider('opacity-' + id, 'heat opacity', 0, 1, 0.01, 0.5, (value) => value.toFixed(2));
  const threshold = slider('threshold-' + id, 'threshold', low, high, (high - low) / 255, category.threshold, (value) => value.toPrecision(4));
  const key = make('span', { className: 'key' });
  for (const [colour, name] of [['#e61a1a', 'ground truth'], ['#ff990d', 'prediction']]) {
    const box = make('span');
    box.style.background = colour;
    key.append(box, name);
  }
  section.append(make('h3', { textContent: 'Anomaly maps' }), make('div', { className: 'controls' }, opacity.element, threshold.element, key));
  const grid = make('div', { className: 'gallery' });
  section.append(grid);
  const items = [];
  const paint = () => {
    const grey = Math.max(1, Math.round(((Number(threshold.input.value) - low) / (high - low)) * 255));
    for (const item of items) draw(item.canvas, item, size, Number(opacity.input.value), grey);
  };
  for (const picture of category.pictures) {
    const canvas = make('canvas', { width: size, height: size });
    const caption = picture.defect + ' ' + picture.name + ', score ' + picture.score.toPrecision(4);
    grid.append(make('figure', {}, canvas, make('figcaption', { textContent: caption })));
    const [image, map, mask] = await Promise.all([
      pixelsOf(picture.image, size), pixelsOf(picture.map, size), picture.mask ? pixelsOf(picture.mask, size) : null]);
    items.push({ canvas, image, map, mask });
  }
  opacity.input.addEventListener('input', paint);
  threshold.input.addEventListener('input', paint);
  paint();
};

const inflate = async (base64) => {
  const bytes = Uint8Array.from(atob(base64.trim()), (character) => character.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
};
(async () => {
  const script = make('script');
  script.textContent = await inflate(document.getElementById('plotly').textContent);
  document.head.append(script);
  for (const category of data.categories) {
    const section = make('section', {}, make('h2', { textContent: category.name }));
    main.append(section);
    const figures = make('div', { className: 'figures' });
    section.append(figures);
    const places = category.figures.map(() => make('div', { className: 'figure' }));
    figures.append(...places);
    for (const [index, { data: traces, layout }] of category.figures.entries()) {
      const figure = places[index];
      await Plotly.newPlot(figure, traces, { ...layout, autosize: true }, { responsive: true, displaylogo: false });
    }
    await gallery(category, section);
  }
  main.append(make('h2', { textContent: 'Configuration' }), make('pre', { textContent: JSON.stringify(data.configuration, null, 2) }));
  document.body.dataset.ready = 'true';
})().catch((error) => { main.append(make('pre', { textContent: 'The report could not be drawn: ' + error })); });
`;
