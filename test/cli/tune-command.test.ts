import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadDetector } from '../../src/detector';
import { ownFolder, spanlab } from '../helpers/cli';
import { temporaryFolder } from '../helpers/temporary';
import '../../src/platform';

test('tune prints what it tried and the command that runs what it chose, and saves its bank', async (context) => {
  const [root, banks] = [join(await ownFolder(context), 'data'), await temporaryFolder(context)];
  const data = ['--dataset', 'folder', '--root', root];
  const method = ['--backbone', 'scattering', '--side', '64', '--granularity', 'image,patch'];
  const { code, stdout, stderr } = await spanlab('tune', ...data, ...method, '--save', banks);
  assert.equal(code, 0, stderr);
  assert.equal(stdout.match(/--side \d+ --granularity \S+ +0\.\d{4} +/g)?.length, 9, stdout);
  const [, side, granularities] = /--side (\d+) --granularity (\S+) .* chosen\n/.exec(stdout)!;
  const [, words] = /^spanlab (run .*)$/m.exec(stdout)!;
  for (const part of [`--root ${root}`, '--backbone scattering', `--granularity ${granularities}`])
    assert.ok(words.includes(part) || (granularities === 'image' && part.includes('granularity')), words);
  const [, path] = /^bank +(.*)$/m.exec(stdout)!;
  const detector = await loadDetector(path);
  assert.equal(detector.configuration.granularities.join(), granularities);
  assert.ok(detector.training.length > 8, 'all nominal images are fitted on');
  assert.equal(detector.configuration.side, Number(side));
  await detector.dispose();
  const out = await temporaryFolder(context);
  const run = await spanlab(...words.replace('RESULTS', out).split(' '));
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stdout, /pixel AUROC/);
});
