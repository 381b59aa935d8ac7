import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { spanlab } from '../helpers/cli';
import { temporaryFolder } from '../helpers/temporary';

test('mistakes on the command line are named, with a way out', async (context) => {
  const root = await temporaryFolder(context);
  const out = join(root, 'out');
  await mkdir(join(root, 'empty', 'good'), { recursive: true });
  const cases: [string[], RegExp][] = [
    [['--dataset', 'mtd'], /dataset mtd needs its folder: give a root/],
    [['--dataset', 'mtd', '--root', join(root, 'none')], /cannot read the root of mtd, .*none/],
    [['--dataset', 'folder', '--root', join(root, 'empty')], /no images in .*good; put nominal images there/],
    [['--category', 'glass'], /no category glass in .*; it has capsule, fabric, metal, nut, wood/],
    [['--backbone', 'resnet18'], /backbone resnet18 needs weights/],
    [['--lambda', '0.5'], /lambda is 0.5; expected a finite number > 1/],
    [['--solver', 'omp', '--atoms', '0'], /atoms is 0; expected a positive integer/],
    [['--penalty', '0.1'], /--penalty 0.1 is given without a solver; name one with --solver/],
    [['--patches', '-3'], /patches is -3; expected a positive integer/],
    [['--image-false-alarms', '1'], /imageFalseAlarms is 1; expected/],
    [['--size', '320x'], /expected a number/],
    [['--exemplars', '0'], /exemplars is 0; expected a positive integer/],
    [['--levels', '9'], /levels is \[9\]; expected hierarchy levels in \[1, 4\]/],
    [['--size', 'big'], /expected a number/],
    [['--granularity', 'pixel'], /expected some of image, position, patch/],
  ];
  for (const [args, reason] of cases) {
    const { code, stderr } = await spanlab('run', '--out', out, ...args);
    assert.equal(code, 1, args.join(' '));
    assert.match(stderr, reason);
  }
  const { code, stderr } = await spanlab('fetch', 'alexnet');
  assert.equal(code, 1);
  assert.match(stderr, /no weights named alexnet; expected one of resnet18/);
});
