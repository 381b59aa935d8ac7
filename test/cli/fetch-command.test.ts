import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fetchCommand } from '../../src/cli/fetch-command';

test('fetch with an address but no name is rejected', async () => {
  const command = fetchCommand(new AbortController().signal);
  const flags = ['--url', 'https://example.org/x', '--sha256', '0'.repeat(64)];
  await assert.rejects(
    command.parseAsync(flags, { from: 'user' }),
    /--url, --sha256 given without a name, so that nothing would be fetched: name the weights/,
  );
});
