import '../../src/platform';
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { configure } from '../../src/detector';
import { experimentId, failureOf, openRunStore } from '../../src/run';
import { temporaryFolder } from '../helpers/temporary';

const experiment = {
  dataset: 'synthetic',
  category: 'nut',
  configuration: configure({ backbone: 'scattering' }),
};

test('the id of an experiment does not depend on where data, weights and results lie', () => {
  const moved = {
    ...experiment,
    root: '/elsewhere',
    out: '/other',
    configuration: { ...experiment.configuration, weights: '/w' },
  };
  assert.equal(experimentId(moved), experimentId(experiment));
  assert.notEqual(experimentId({ ...experiment, dataSha256: 'other' }), experimentId(experiment));
});

test('runs that an earlier version stored get ids that do not depend on places', async (context) => {
  const folder = await temporaryFolder(context);
  const record = failureOf(experiment, new Error('none'));
  const store = await openRunStore(folder, 'write');
  await store.record({ ...record, id: 'with-a-place' });
  store.close();
  const instance = await DuckDBInstance.create(join(folder, 'runs.duckdb'));
  const connection = await instance.connect();
  // The table as earlier versions made it.
  await connection.run('CREATE TABLE earlier AS SELECT * EXCLUDE ("trainFraction", "dataSha256") FROM runs');
  await connection.run('DROP TABLE runs');
  await connection.run('ALTER TABLE earlier RENAME TO runs');
  await connection.run('CREATE UNIQUE INDEX own ON runs (id)');
  connection.closeSync();
  instance.closeSync();
  const migrated = await openRunStore(folder, 'write').catch((error: Error) => error);
  assert.ok(!(migrated instanceof Error), String(migrated));
  assert.deepEqual(
    (await migrated.all()).map(({ id }) => id),
    [experimentId(experiment)],
  );
  migrated.close();
});

test('for a runs.duckdb that is truncated or from another program the error says what to do', async (context) => {
  const folder = await temporaryFolder(context);
  await writeFile(join(folder, 'runs.duckdb'), 'not a database, but longer than a header '.repeat(500));
  await assert.rejects(openRunStore(folder, 'write'), /cannot open the runs in .*: move it away/);
  const other = await temporaryFolder(context);
  const instance = await DuckDBInstance.create(join(other, 'runs.duckdb'));
  const connection = await instance.connect();
  await connection.run('CREATE TABLE runs (id VARCHAR, speed DOUBLE)');
  connection.closeSync();
  instance.closeSync();
  await assert.rejects(
    openRunStore(other, 'write'),
    /holds no runs of spanlab \(no dataset, .*\): move it away/,
  );
});

test('a file of runs that reads other files or addresses is not followed', async (context) => {
  const folder = await temporaryFolder(context);
  const secret = join(folder, 'secret.txt');
  await writeFile(secret, 'hidden');
  const record = failureOf(experiment, new Error('none'));
  const store = await openRunStore(folder, 'write');
  await store.record(record);
  store.close();
  const instance = await DuckDBInstance.create(join(folder, 'runs.duckdb'));
  const connection = await instance.connect();
  await connection.run('ALTER TABLE runs RENAME TO own');
  const settings = ['autoinstall_known_extensions', 'autoload_known_extensions', 'enable_external_access'];
  const told = settings.map((name) => `current_setting('${name}')`).join(" || ' ' || ");
  await connection.run(`CREATE VIEW runs AS SELECT * REPLACE (${told} AS dataset) FROM own`);
  const all = async () => {
    const opened = await openRunStore(folder, 'read');
    return opened.all().finally(() => opened.close());
  };
  connection.closeSync();
  instance.closeSync();
  assert.equal((await all())[0].dataset, 'false false false');
  const again = await DuckDBInstance.create(join(folder, 'runs.duckdb'));
  const other = await again.connect();
  await other.run('DROP VIEW runs');
  await other.run(
    `CREATE VIEW runs AS SELECT * REPLACE ((SELECT content FROM read_text('${secret}')) AS dataset) FROM own`,
  );
  other.closeSync();
  again.closeSync();
  await assert.rejects(all(), /file system operations are disabled by configuration/);
});
