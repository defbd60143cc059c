import initSqlite from '@libsql/libsql-wasm-experimental'

/**
 * What the adapter uses of an SQLite build with the `opfs-sahpool` storage.
 *
 * `@sqlite.org/sqlite-wasm` has the same shape: changing engines is changing the import above.
 */
export interface Engine {
  readonly installOpfsSAHPoolVfs: (options: {
    readonly directory: string
    readonly initialCapacity: number
    readonly verbosity: number
  }) => Promise<EnginePool>
}

/** Files that SQLite opens, each over an access handle that the pool holds from its start on. */
export interface EnginePool {
  readonly OpfsSAHPoolDb: new (path: string) => EngineDatabase
  readonly getFileNames: () => readonly string[]
  readonly getFileCount: () => number
  readonly reserveMinimumCapacity: (files: number) => Promise<number>
  readonly importDb: (path: string, next: () => Promise<Uint8Array | undefined>) => Promise<number>
  readonly exportFile: (path: string) => Uint8Array | Promise<Uint8Array>
  readonly unlink: (path: string) => boolean
}

export interface EngineDatabase {
  readonly prepare: (sql: string) => EngineStatement
  readonly exec: (sql: string) => unknown
  readonly changes: () => number
  readonly selectValue: (sql: string) => unknown
  readonly close: () => void
}

export interface EngineStatement {
  readonly columnCount: number
  readonly parameterCount: number
  readonly bind: (values: readonly EngineValue[] | Record<string, EngineValue>) => unknown
  readonly step: () => boolean
  readonly get: (column: number) => EngineValue
  readonly getColumnNames: () => readonly string[]
  readonly reset: (alsoClearBinds: boolean) => unknown
  readonly finalize: () => unknown
}

export type EngineValue = null | string | number | bigint | boolean | Uint8Array

/** Fetches and compiles the engine: needs a worker, and its .wasm from the same origin. */
export async function loadEngine(): Promise<Engine> {
  return (await initSqlite()) as unknown as Engine
}
