import assert from 'node:assert/strict';
import { test } from 'node:test';
import { framedFigure, frameValues } from '../../src/notebook/framed-figure';

test('values of a slider are steps of it from end to end, its own among them', () => {
  assert.deepEqual(frameValues({ min: 1, max: 4, value: 2 }), [1, 2, 3, 4]);
  const fine = frameValues({ min: -1, max: 1, step: 0.05, value: 0.6 });
  assert.ok(fine.length <= 14 && fine[0] === -1 && fine.at(-1) === 1 && fine.includes(0.6));
  const wide = frameValues({ min: 1, max: 10_000, log: true, value: 30 });
  assert.deepEqual([wide[0], wide.at(-1)], [1, 10_000]);
  const factors = wide
    .filter((value) => value !== 30)
    .map((value, at, all) => (at > 0 ? value / all[at - 1] : 2.15));
  for (const factor of factors) assert.ok(Math.abs(factor / 10 ** (4 / 12) - 1) < 0.02, String(factor));
});

test('a slider shows each figure under its value, and begins with the first one asked for', () => {
  const figures = [1, 2, 3].map((y) => ({ data: [{ y: [y] }], layout: { title: { text: `y ${y}` } } }));
  const { data, frames, layout } = framedFigure('λ', { values: [1, 10, 100], figures, first: 10 });
  assert.deepEqual(data, [{ y: [2] }]);
  assert.deepEqual(
    (frames as { name: string; data: object; layout: object }[]).map((frame) => [
      frame.name,
      frame.data,
      frame.layout,
    ]),
    figures.map((figure, at) => [['1', '10', '100'][at], figure.data, figure.layout]),
  );
  const [slider] = (layout as { sliders: { active: number; steps: { args: [string[]] }[] }[] }).sliders;
  assert.equal(slider.active, 1);
  assert.deepEqual(
    slider.steps.map(({ args }) => args[0]),
    [['1'], ['10'], ['100']],
  );
});
