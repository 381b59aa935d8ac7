import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shapeNotice } from '../../src/browser/site/shape-notice';

test('good images whose shapes differ by more than a quarter are told, with the extremes', () => {
  const square = { width: 400, height: 400 };
  const wide = { width: 501, height: 400 };
  assert.equal(shapeNotice([]), undefined);
  assert.equal(shapeNotice([wide]), undefined);
  assert.equal(shapeNotice([square, { width: 500, height: 400 }, { width: 40, height: 40 }]), undefined);
  assert.match(shapeNotice([wide, square])!, /from 400x400 to 501x400 pixels/);
  assert.match(shapeNotice([square, { width: 300, height: 400 }])!, /from 300x400 to 400x400 pixels/);
});
