// A SQLite database as a store: each save is one row, its bytes in one BLOB field, with an index of what there is that any
// program with SQLite can read. Keeps generations.
//
// A row is written in one transaction, durable when the put resolves. SQLite reads and writes a field as a whole: a save of
// this size has to fit into memory, and 1,000,000,000 bytes is the most that a field has. Knows nothing of what is in them.

import { closeSync, openSync } from 'node:fs';
import { resolve } from 'node:path';
import { StoreError } from '../errors.js';
import { errnoHint, errnoText } from '../store/errno.js';
import { beyondKept, type Keeping } from '../store/generations.js';
import { piecesOf, wholeOf } from './content.js';
import { changedMeanwhile, type Guard, guardOf, nothingThere } from './failures.js';
import { checkKey } from './keys.js';
import { checked, checkKeeping, checkStoreNames, GET, KEEPS, PUT, RANGE, WHICH } from './options.js';
import { importPeer } from './peers.js';
import type { GetOptions, PutOptions, Store, StoreContent, Stored, WhichSave } from './store.js';

const FIELD_BYTES_MAX = 1_000_000_000;
const PIECE_BYTES = 1 << 20;
const BUSY_MS = 10_000;

// What is used of a database of libsql, which has the interface of better-sqlite3.
interface Database {
  exec(sql: string): unknown;
  prepare(sql: string): Statement;
  close(): void;
}
interface Statement {
  run(...values: readonly unknown[]): { readonly changes: number };
  get(...values: readonly unknown[]): unknown;
  all(...values: readonly unknown[]): unknown[];
}

// `content` comes last: whoever reads the other columns of a row does not walk over it.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS brine_snapshots (
    name TEXT NOT NULL,
    generation INTEGER NOT NULL,
    saved_at_ms INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    version TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (name, generation)
  );
  CREATE VIEW IF NOT EXISTS brine_sessions AS
    SELECT name, max(generation) AS generation, count(*) AS saves, sum(bytes) AS bytes, max(saved_at_ms) AS saved_at_ms
    FROM brine_snapshots GROUP BY name;
`;
const ROW =
  'SELECT name, generation, saved_at_ms AS savedAtMs, bytes, version FROM brine_snapshots WHERE name = ?';

interface Row {
  readonly name: string;
  readonly generation: number;
  readonly savedAtMs: number;
  readonly bytes: number;
  readonly version: string;
}

/**
 * A store in a SQLite database, through the package `libsql`. The file and the table are made when they are not there.
 *
 * @param path     The file of the database.
 * @param options  How many saves of each key are kept: see {@link Keeping}.
 * @returns The store. Each save is one row; the ones before stay as `keeping` says.
 * @throws {StoreError} STORE_OPTION; STORE_PEER when libsql is not installed; STORE_READ when it is no database
 * @see sqlitedict of Python
 * @example
 *   const store = await sqliteStore('lab.db');
 *   await store.put('work', dumps({ a: 1 }));
 *   await store.close();
 */
export async function sqliteStore(
  path: string,
  options: { readonly keeping?: Keeping } = {},
): Promise<Store> {
  checkStoreNames(options, KEEPS);
  checkKeeping(options.keeping);
  const Constructor = await importPeer<new (path: string, options?: object) => Database>('libsql', {
    what: 'a store in SQLite',
    packages: ['libsql'],
  });
  try {
    // Readable by its owner only, as every file of brine's is; an existing one stays as it is.
    closeSync(openSync(path, 'a', 0o600));
    const database = new Constructor(resolve(path));
    try {
      database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
      database.exec(SCHEMA);
    } catch (error) {
      database.close();
      throw error;
    }
    return new SqliteStore(path, database, options.keeping);
  } catch (error) {
    const isOfSystem = /^E[A-Z]+$/u.test(String((error as { code?: unknown }).code));
    const why = isOfSystem ? errnoText(error) : (error as Error).message;
    throw new StoreError('STORE_READ', `cannot open the database "${path}": ${why}`, {
      path,
      hint: isOfSystem ? errnoHint(error) : 'check that the file is a SQLite database',
      cause: error,
    });
  }
}

class SqliteStore implements Store {
  readonly name: string;
  readonly keepsGenerations = true;
  private readonly guarded: Guard;
  private readonly keeping: Keeping | undefined;
  private database: Database | undefined;

  constructor(path: string, database: Database, keeping: Keeping | undefined) {
    this.name = path;
    this.guarded = guardOf(path);
    this.database = database;
    this.keeping = keeping;
  }

  put(key: string, content: StoreContent, options: PutOptions = {}): Promise<Stored> {
    return this.guarded('STORE_WRITE', key, async () => {
      checkStoreNames(options, PUT);
      checkKey(key);
      const bytes = await wholeOf(piecesOf(content, options), {
        bytesMax: FIELD_BYTES_MAX,
        tooLarge: () => tooLarge(key),
      });
      return this.inTransaction(() => {
        const newest = this.rows(key).at(-1);
        const version = newest?.version ?? null;
        if (options.ifVersion !== undefined && options.ifVersion !== version)
          throw changedMeanwhile(this.name, key);
        const generation = (newest?.generation ?? 0) + 1;
        const savedAtMs = Date.now();
        const fresh = `${generation}-${savedAtMs}-${Math.random().toString(36).slice(2, 10)}`;
        const insert =
          'INSERT INTO brine_snapshots (name, generation, saved_at_ms, bytes, version, content) VALUES (?, ?, ?, ?, ?, ?)';
        this.prepared(insert).run(key, generation, savedAtMs, bytes.length, fresh, bytes);
        this.prune(key);
        return { key, bytes: bytes.length, generation, modifiedAtMs: savedAtMs, version: fresh };
      });
    });
  }

  async *get(key: string, options: GetOptions = {}): AsyncIterable<Uint8Array> {
    const { generation, offset = 0 } = checked(options, GET);
    const row = await this.guarded('STORE_READ', key, async () => this.one(key, generation));
    // In one go: each piece by itself would have SQLite read all of the field again.
    const bytes = await this.guarded('STORE_READ', key, async () => this.range(row, offset, row.bytes));
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
  }

  read(
    key: string,
    range: { readonly offset: number; readonly length: number } & WhichSave,
  ): Promise<Uint8Array> {
    return this.guarded('STORE_READ', key, async () => {
      const { offset, length, generation } = checked(range, RANGE);
      return Uint8Array.from(this.range(this.one(key, generation), offset, length));
    });
  }

  stat(key: string, which: WhichSave = {}): Promise<Stored | undefined> {
    return this.guarded('STORE_READ', key, async () => {
      const { generation } = checked(which, WHICH);
      checkKey(key);
      const row = this.row(key, generation);
      return row && storedOf(row);
    });
  }

  generations(key: string): Promise<Stored[]> {
    return this.guarded('STORE_READ', key, async () => {
      checkKey(key);
      return this.rows(key).map(storedOf);
    });
  }

  list(prefix = ''): Promise<string[]> {
    return this.guarded('STORE_READ', prefix, async () => {
      const rows = this.prepared('SELECT DISTINCT name FROM brine_snapshots').all() as { name: string }[];
      return rows
        .map(({ name }) => name)
        .filter((name) => name.startsWith(prefix))
        .sort();
    });
  }

  delete(key: string, which: WhichSave = {}): Promise<boolean> {
    return this.guarded('STORE_WRITE', key, async () => {
      const { generation } = checked(which, WHICH);
      checkKey(key);
      const all = 'DELETE FROM brine_snapshots WHERE name = ?';
      const { changes } =
        generation === undefined
          ? this.prepared(all).run(key)
          : this.prepared(`${all} AND generation = ?`).run(key, generation);
      return changes > 0;
    });
  }

  async close(): Promise<void> {
    this.database?.close();
    this.database = undefined;
  }

  private one(key: string, generation: number | undefined): Row {
    checkKey(key);
    const row = this.row(key, generation);
    if (row === undefined) throw nothingThere(this.name, key, generation);
    return row;
  }

  private row(key: string, generation: number | undefined): Row | undefined {
    const found =
      generation === undefined
        ? this.prepared(`${ROW} ORDER BY generation DESC LIMIT 1`).get(key)
        : this.prepared(`${ROW} AND generation = ?`).get(key, generation);
    return (found as Row | undefined) ?? undefined;
  }

  private rows(key: string): Row[] {
    return this.prepared(`${ROW} ORDER BY generation`).all(key) as Row[];
  }

  private range({ name, generation, bytes }: Row, offset: number, length: number): Uint8Array {
    const isWhole = offset === 0 && length >= bytes;
    const what = isWhole ? 'content' : 'substr(content, ?, ?)';
    const sql = `SELECT ${what} AS part FROM brine_snapshots WHERE name = ? AND generation = ?`;
    const range = isWhole ? [] : [offset + 1, length];
    const found = this.prepared(sql).get(...range, name, generation) as { part: Uint8Array } | undefined;
    if (found === undefined) throw nothingThere(this.name, name, generation);
    return found.part;
  }

  private prune(key: string): void {
    const all = this.rows(key).map(({ generation, bytes, savedAtMs }) => ({ generation, bytes, savedAtMs }));
    for (const { generation } of beyondKept(all, this.keeping))
      this.prepared('DELETE FROM brine_snapshots WHERE name = ? AND generation = ?').run(key, generation);
  }

  private inTransaction<T>(work: () => T): T {
    const database = this.opened();
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  }

  private prepared(sql: string): Statement {
    return this.opened().prepare(sql);
  }

  private opened(): Database {
    if (this.database === undefined) throw new Error('it was closed');
    return this.database;
  }
}

function storedOf({ name, generation, savedAtMs, bytes, version }: Row): Stored {
  return { key: name, bytes, generation, modifiedAtMs: savedAtMs, version };
}

function tooLarge(key: string): StoreError {
  return new StoreError(
    'STORE_WRITE',
    `${key} is larger than a field of SQLite can be: ${FIELD_BYTES_MAX} bytes`,
    {
      path: key,
      hint: 'keep it in a file, or in a store that keeps large ones in parts (redis:, s3:, https:)',
    },
  );
}
