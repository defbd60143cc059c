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
  readonly wasm: { readonly exports: EngineCalls; readonly heap8u: () => Uint8Array<ArrayBuffer> }
  /** Where SQLite's own `free` lies, as the lifetime of bound memory that it shall free. */
  readonly capi: { readonly SQLITE_WASM_DEALLOC: number }
  /** Throws the error that a result code and the database's last message say. */
  readonly oo1: {
    readonly DB: { readonly checkRc: (database: EngineDatabase, code: number) => void }
  }
}

/** SQLite's C functions as compiled: pointers and lengths are numbers. */
export interface EngineCalls {
  readonly sqlite3_malloc: (bytes: number) => number
  readonly sqlite3_free: (at: number) => void
  readonly sqlite3_step: (statement: number) => number
  readonly sqlite3_reset: (statement: number) => number
  readonly sqlite3_clear_bindings: (statement: number) => number
  readonly sqlite3_bind_null: (statement: number, place: number) => number
  readonly sqlite3_bind_int: (statement: number, place: number, value: number) => number
  readonly sqlite3_bind_int64: (statement: number, place: number, value: bigint) => number
  readonly sqlite3_bind_double: (statement: number, place: number, value: number) => number
  readonly sqlite3_bind_text: BindBytes
  readonly sqlite3_bind_blob: BindBytes
  readonly sqlite3_column_type: (statement: number, column: number) => number
  readonly sqlite3_column_double: (statement: number, column: number) => number
  readonly sqlite3_column_int64: (statement: number, column: number) => bigint
  readonly sqlite3_column_text: (statement: number, column: number) => number
  readonly sqlite3_column_blob: (statement: number, column: number) => number
  readonly sqlite3_column_bytes: (statement: number, column: number) => number
}

type BindBytes = (
  statement: number,
  place: number,
  at: number,
  bytes: number,
  lifetime: number,
) => number

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
  readonly close: () => void
}

export interface EngineStatement {
  readonly pointer: number
  readonly columnCount: number
  readonly parameterCount: number
  readonly bind: ((values: EngineValues) => unknown) & ((place: number, value: bigint) => unknown)
  readonly getColumnNames: () => readonly string[]
  readonly finalize: () => unknown
}

/** By place, or by name. */
export type EngineValues = readonly EngineValue[] | Readonly<Record<string, EngineValue>>

export type EngineValue = null | string | number | bigint | boolean | Uint8Array

/** Fetches and compiles the engine: needs a worker, and its .wasm from the same origin. */
export async function loadEngine(): Promise<Engine> {
  return (await initSqlite()) as unknown as Engine
}
