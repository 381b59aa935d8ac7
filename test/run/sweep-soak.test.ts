import '../../src/platform';
import { test } from 'node:test';
import { withoutRedis } from '../helpers/redis-server';
import { sweepSoak } from '../helpers/sweep-soak';

test(
  'workers killed, connections cut, delayed and swallowed: every point is there once',
  { skip: withoutRedis },
  (context) => sweepSoak(context, { points: 200, seconds: 60, seed: 0 }),
);
