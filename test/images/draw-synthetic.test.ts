import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defectNames, drawSynthetic, surfaceNames } from '../../src/images';

test('masks of the synthetic set are exact: outside, a defect changes nothing', () => {
  for (const surface of surfaceNames) {
    for (const defect of defectNames) {
      const nominal = drawSynthetic(surface, { seed: 5 }).image;
      const { image, mask } = drawSynthetic(surface, { defect, seed: 5 });
      let changedInside = 0;
      for (let pixel = 0; pixel < mask.data.length; pixel++) {
        const change = Math.max(
          ...[0, 1, 2].map((c) => Math.abs(image.data[pixel * 3 + c] - nominal.data[pixel * 3 + c])),
        );
        if (mask.data[pixel]) changedInside += change > 0.02 ? 1 : 0;
        else assert.ok(change <= 0.25, `${surface} ${defect}: a nominal pixel changed by ${change}`);
      }
      assert.ok(changedInside > 0, `${surface} ${defect}`);
    }
  }
});
