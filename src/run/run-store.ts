import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { RunRecord } from './run-record';

/** The runs of a folder, in `runs.duckdb`. */
export interface RunStore {
  /** Adds a record; one of the same experiment is replaced. It is on disk when the promise resolves. */
  record(record: RunRecord): Promise<void>;
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
};
const names = Object.keys(columns) as (keyof RunRecord)[];

/**
 * Opens the runs of a folder.
 *
 * @param mode `write` makes the folder and the file where they are missing; `read` needs them
 * @throws Error naming the folder when it has no runs, cannot be written, or another process has it open
 */
export async function openRunStore(folder: string, mode: 'read' | 'write'): Promise<RunStore> {
  const path = join(folder, file);
  let instance: DuckDBInstance;
  try {
    if (mode === 'write') await mkdir(folder, { recursive: true });
    instance = await DuckDBInstance.create(path, mode === 'read' ? { access_mode: 'READ_ONLY' } : {});
  } catch (cause) {
    const reason = (cause as Error).message.split('\n')[0];
    const remedy = /lock/i.test(reason) ? ': another process has it open; wait for it to end' : '';
    throw new Error(`cannot open the runs in ${path} (${reason})${remedy}`, { cause });
  }
  const connection = await instance.connect();
  if (mode === 'write') {
    const list = names.map((name) => `"${name}" ${columns[name]}${name === 'id' ? ' PRIMARY KEY' : ''}`);
    await connection.run(`CREATE TABLE IF NOT EXISTS runs (${list.join(', ')})`);
  }
  return {
    async record(record) {
      const values = names.map((name) => {
        const value = record[name];
        return value !== null && typeof value === 'object' ? JSON.stringify(value) : value;
      });
      const places = names.map((_, index) => `$${index + 1}`);
      await connection.run(`INSERT OR REPLACE INTO runs VALUES (${places.join(', ')})`, values);
    },
    async all() {
      const reader = await connection.runAndReadAll('SELECT * FROM runs ORDER BY finished, id');
      return reader.getRowObjectsJS().map((row) => ({
        ...(row as unknown as RunRecord),
        configuration: JSON.parse(row.configuration as string),
        environment: JSON.parse(row.environment as string),
      }));
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
