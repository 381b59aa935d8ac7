import '../../src/platform';
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { test } from 'node:test';
import { evaluate, fitDetector, mapFraming } from '../../src/detector';
import { decodeImage, decodeMask, openDatasets } from '../../src/files';
import type { RgbImage } from '../../src/images';
import { reportSection } from '../../src/run/report-section';

const decodeUrl = (url: string): Promise<RgbImage> =>
  decodeImage(Buffer.from(url.slice(url.indexOf(',') + 1), 'base64'));

test('a report shows each kind of defect from the largest to the smallest score, each picture with its own map and mask', async () => {
  const [dataset] = await openDatasets('synthetic', { categories: ['nut'] });
  const detector = await fitDetector(dataset, { backbone: 'scattering', size: 64 });
  const evaluation = await evaluate(detector, dataset);
  const { pictures, range } = await reportSection(detector, evaluation, () =>
    assert.fail('no image is broken'),
  );
  const kinds = [...new Set(pictures.map(({ defect }) => defect))];
  assert.ok(kinds.length > 1 && pictures.length > kinds.length);
  for (const kind of kinds) {
    const scores = pictures.filter(({ defect }) => defect === kind).map(({ score }) => score);
    assert.deepEqual(
      scores,
      [...scores].sort((a, b) => b - a),
      kind,
    );
    const all = evaluation.imageScores.filter((_, index) => evaluation.samples[index].defect === kind);
    assert.deepEqual([scores[0], scores.at(-1)], [Math.max(...all), Math.min(...all)], kind);
  }
  for (const { name, defect, score, image, map, mask } of pictures) {
    const index = evaluation.samples.findIndex(
      (sample, at) =>
        basename(sample.path) === name && sample.defect === defect && evaluation.imageScores[at] === score,
    );
    assert.ok(index >= 0, `${defect} ${name} of score ${score}`);
    const photo = await decodeImage(evaluation.samples[index].path, mapFraming(detector.configuration));
    const shown = await decodeUrl(image);
    assert.deepEqual([shown.width, shown.height], [64, 64]);
    const difference = shown.data.reduce((sum, value, at) => sum + Math.abs(value - photo.data[at]), 0);
    assert.ok(difference / photo.data.length < 0.02, `${name}: off by ${difference / photo.data.length}`);
    const grey = await decodeUrl(map);
    evaluation.maps[index].data.forEach((value, pixel) => {
      const expected = Math.min(1, Math.max(0, (value - range[0]) / (range[1] - range[0])));
      assert.ok(Math.abs(grey.data[3 * pixel] - expected) < 0.003, `${name}, pixel ${pixel}`);
    });
    if (mask)
      assert.deepEqual(
        (await decodeMask(Buffer.from(mask.slice(mask.indexOf(',') + 1), 'base64'))).data,
        evaluation.masks[index]!.data,
      );
    else assert.equal(evaluation.masks[index]?.data.includes(1) ?? false, false);
  }
  await detector.dispose();
});
