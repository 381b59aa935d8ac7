import '../../src/platform';
import { test } from 'node:test';
import { withoutRedis } from '../helpers/redis-server';
import { sweepSoak } from '../helpers/sweep-soak';

/** Ten minutes in `npm run test:long`, else twenty seconds. */
const size = process.env.SPANLAB_LONG ? { points: 2000, seconds: 600 } : { points: 80, seconds: 20 };

test(
  'when workers are killed and connections are cut, delayed and swallowed, every point is stored exactly once',
  { skip: withoutRedis },
  (context) => sweepSoak(context, { ...size, seed: 0 }),
);
