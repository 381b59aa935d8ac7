import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { makeFolder } from '../files';
import { experimentId, type RunRecord } from './run-record';

/** The runs of a folder, in `runs.duckdb`. */
export interface RunStore {
  /** Adds a record; one of the same experiment, and that of the id `replaced`, goes. It is on disk when the promise resolves. */
  record(record: RunRecord, replaced?: string): Promise<void>;
  /** All records, in the order in which they finished. */
  all(): Promise<RunRecord[]>;
  close(): void;
}

const file = 'runs.duckdb';
const columns: Record<keyof RunRecord, 'VARCHAR' | 'DOUBLE'> = {
  id: 'VARCHAR',
  dataset: 'VARCHAR',
  category: 'VARCHAR',
  status: 'VARCHAR',
  error: 'VARCHAR',
  configuration: 'VARCHAR',
  weightsSha256: 'VARCHAR',
  environment: 'VARCHAR',
  pixelAuroc: 'DOUBLE',
  averagePrecision: 'DOUBLE',
  pro: 'DOUBLE',
  imageAuroc: 'DOUBLE',
  exemplars: 'DOUBLE',
  bankBytes: 'DOUBLE',
  trainFeaturesSeconds: 'DOUBLE',
  fitSeconds: 'DOUBLE',
  featuresMilliseconds: 'DOUBLE',
  scoringMilliseconds: 'DOUBLE',
  finished: 'VARCHAR',
  trainFraction: 'DOUBLE',
  dataSha256: 'VARCHAR',
};
const names = Object.keys(columns) as (keyof RunRecord)[];

/** A file of runs may come from others: no view in it reads other files or addresses, and nothing is fetched or loaded for it. */
const confined = {
  enable_external_access: 'false',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
};

/**
 * Opens the runs of a folder. A file of an earlier version gets its missing columns, and ids without places, when it is opened to
 * be written.
 *
 * @param mode `write` makes the folder and the file where they are missing; `read` needs them
 * @throws Error naming the file when there is none, it is cut or of another program, cannot be written, or another process has it open
 */
export async function openRunStore(folder: string, mode: 'read' | 'write'): Promise<RunStore> {
  const path = join(folder, file);
  let instance: DuckDBInstance;
  try {
    if (mode === 'write') await makeFolder(folder);
    instance = await DuckDBInstance.create(path, {
      ...confined,
      ...(mode === 'read' && { access_mode: 'READ_ONLY' }),
    });
  } catch (cause) {
    const reason = (cause as Error).message.split('\n')[0];
    throw new Error(`cannot open the runs in ${path} (${reason})${remedyFor(reason)}`, { cause });
  }
  const connection = await instance.connect();
  const close = () => {
    connection.closeSync();
    instance.closeSync();
  };
  try {
    if (mode === 'write') await connection.run(`CREATE TABLE IF NOT EXISTS runs (${definition()})`);
    await checkTable(connection, path);
    if (mode === 'write') await migrate(connection);
    return storeOf(connection, path, close);
  } catch (error) {
    close();
    throw error;
  }
}

const moveAway = ': move it away; a sweep takes up again what its folder `points` holds';

function remedyFor(reason: string): string {
  if (/lock/i.test(reason)) return ': another process has it open; wait for it to end';
  return /valid DuckDB|serializ|corrupt|checksum|version number|not a/i.test(reason) ? moveAway : '';
}

function definition(): string {
  return names.map((name) => `"${name}" ${columns[name]}${name === 'id' ? ' PRIMARY KEY' : ''}`).join(', ');
}

/** Columns that files of earlier versions lack. */
const laterColumns = ['trainFraction', 'dataSha256'] as const satisfies (keyof RunRecord)[];

async function columnsOf(connection: DuckDBConnection): Promise<string[]> {
  const reader = await connection.runAndReadAll(
    "SELECT column_name FROM information_schema.columns WHERE table_name = 'runs'",
  );
  return reader.getRowsJS().map(([name]) => String(name));
}

async function checkTable(connection: DuckDBConnection, path: string): Promise<void> {
  const known = new Set(await columnsOf(connection));
  const missing = names.filter(
    (name) => !known.has(name) && !(laterColumns as readonly string[]).includes(name),
  );
  if (missing.length > 0)
    throw new Error(`${path} holds no runs of spanlab (no ${missing.join(', ')})${moveAway}`);
}

async function migrate(connection: DuckDBConnection): Promise<void> {
  const known = await columnsOf(connection);
  const missing = laterColumns.filter((name) => !known.includes(name));
  if (missing.length === 0) return;
  for (const name of missing) await connection.run(`ALTER TABLE runs ADD COLUMN "${name}" ${columns[name]}`);
  const reader = await connection.runAndReadAll(
    'SELECT id, dataset, category, configuration, weightsSha256 FROM runs ORDER BY finished DESC',
  );
  const taken = new Set<string>();
  for (const row of reader.getRowObjectsJS()) {
    const { id, configuration, weightsSha256, ...rest } = row as Record<string, string | null>;
    const experiment = {
      ...(rest as Pick<RunRecord, 'dataset' | 'category'>),
      configuration: JSON.parse(configuration!),
      weightsSha256: weightsSha256 ?? undefined,
    };
    const newId = experimentId(experiment);
    if (taken.has(newId)) await connection.run('DELETE FROM runs WHERE id = $1', [id]);
    else await connection.run('UPDATE runs SET id = $1 WHERE id = $2', [newId, id]);
    taken.add(newId);
  }
}

function storeOf(connection: DuckDBConnection, path: string, close: () => void): RunStore {
  return {
    async record(record, replaced) {
      const values = names.map((name) => {
        const value = record[name];
        return value !== null && typeof value === 'object' ? JSON.stringify(value) : value;
      });
      const places = names.map((_, index) => `$${index + 1}`);
      const list = names.map((name) => `"${name}"`).join(', ');
      if (replaced !== undefined && replaced !== record.id)
        await connection.run('DELETE FROM runs WHERE id = $1', [replaced]);
      await connection.run(`INSERT OR REPLACE INTO runs (${list}) VALUES (${places.join(', ')})`, values);
    },
    async all() {
      const reader = await connection.runAndReadAll('SELECT * FROM runs ORDER BY finished, id');
      return reader.getRowObjectsJS().map((row) => {
        try {
          return {
            ...(row as unknown as RunRecord),
            configuration: JSON.parse(row.configuration as string),
            environment: JSON.parse(row.environment as string),
          };
        } catch (cause) {
          throw new Error(`${path}: run ${String(row.id)} holds no configuration${moveAway}`, { cause });
        }
      });
    },
    close,
  };
}
