import type { Engine, EngineCalls, EngineDatabase, EngineStatement, EngineValue } from './engine.ts'

/** Room for the texts and blobs of one statement: a scan's are about 1 kB. */
const roomBytes = 16 * 1_024
const [rowCode, doneCode] = [100, 101]
const [integerType, floatType, textType, blobType] = [1, 2, 3, 4]

/** A statement that is prepared once and run many times. */
export interface PreparedStatement {
  /** Empty where it gives no rows. */
  readonly columns: readonly string[]
  /** Values of the rows that it gives; runs to its end. */
  readonly run: (values: readonly EngineValue[] | Record<string, EngineValue>) => EngineValue[][]
  readonly finalize: () => void
}

/** Prepares statements of one open database. */
export interface Preparer {
  readonly prepare: (sql: string) => PreparedStatement
  readonly close: () => void
}

/**
 * Calls the compiled functions themselves where the engine's own wrappers cost more than the
 * work: they translate every argument of every call, and a verdict makes two hundred calls.
 */
export function createPreparer(engine: Engine, database: EngineDatabase): Preparer {
  const calls = engine.wasm.exports
  const room = call(calls.sqlite3_malloc, roomBytes)
  if (room === 0) throw new Error('The browser has no memory left: close other tabs.')
  return {
    prepare: (sql) => {
      const statement = database.prepare(sql)
      const columns = statement.columnCount > 0 ? [...statement.getColumnNames()] : []
      return {
        columns,
        run: (values) => {
          try {
            if (!(Array.isArray(values) && bindAll(engine, statement, room, values))) {
              statement.bind(values)
            }
            return readAll(engine, database, statement, columns.length)
          } finally {
            call(calls.sqlite3_reset, statement.pointer)
            call(calls.sqlite3_clear_bindings, statement.pointer)
          }
        },
        finalize: () => statement.finalize(),
      }
    },
    close: () => call(calls.sqlite3_free, room),
  }
}

/**
 * Calls a compiled function by one call site that meets them all. Where V8 knows the function at
 * the site it may inline the call, which crashes the process in V8 11.3 (Chrome 113, Node 20).
 */
function call<Args extends readonly unknown[], Value>(
  of: (...args: Args) => Value,
  ...args: Args
): Value {
  return of(...args)
}

const encoder = new TextEncoder()
/** Not the default, which would take a byte order mark for no part of the text. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Binds the values; false where they do not fit into the room, or SQLite would not take them: then
 * the engine's own wrapper binds them, or says what is wrong.
 *
 * What is bound from the room is not copied (the lifetime 0 is STATIC): nothing else is bound from
 * it until the statement has run to its end and let go.
 */
function bindAll(
  engine: Engine,
  { pointer, parameterCount }: EngineStatement,
  room: number,
  values: readonly EngineValue[],
): boolean {
  if (values.length !== parameterCount) return false
  const { exports: calls, heap8u } = engine.wasm
  const end = room + roomBytes
  let at = room
  for (const [index, value] of values.entries()) {
    const place = index + 1
    if (typeof value === 'string' || value instanceof Uint8Array) {
      // Asked for each time: memory that grows leaves the old view without any.
      const left = heap8u().subarray(at, end)
      const length = typeof value === 'string' ? writeText(left, value) : writeBytes(left, value)
      if (length === null) return false
      const bind = typeof value === 'string' ? calls.sqlite3_bind_text : calls.sqlite3_bind_blob
      if (call(bind, pointer, place, at, length, 0) !== 0) return false
      at += length
    } else if (!bindNumber(calls, pointer, place, value)) return false
  }
  return true
}

/** Bytes written, or null where the text is longer than the room. */
function writeText(room: Uint8Array, text: string): number | null {
  const { read, written } = encoder.encodeInto(text, room)
  return read < text.length ? null : written
}

function writeBytes(room: Uint8Array, bytes: Uint8Array): number | null {
  if (bytes.length > room.length) return null
  room.set(bytes)
  return bytes.length
}

function bindNumber(
  calls: EngineCalls,
  pointer: number,
  place: number,
  value: null | number | bigint | boolean,
): boolean {
  // The engine's wrapper looks whether it has 64 bits; none of ours is bound here.
  if (typeof value === 'bigint') return false
  return bindingCode(calls, pointer, place, value) === 0
}

function bindingCode(
  calls: EngineCalls,
  pointer: number,
  place: number,
  value: null | number | boolean,
): number {
  if (value === null) return call(calls.sqlite3_bind_null, pointer, place)
  if (typeof value === 'boolean') {
    return call(calls.sqlite3_bind_int, pointer, place, value ? 1 : 0)
  }
  if (value === (value | 0)) return call(calls.sqlite3_bind_int, pointer, place, value)
  return Number.isSafeInteger(value)
    ? call(calls.sqlite3_bind_int64, pointer, place, BigInt(value))
    : call(calls.sqlite3_bind_double, pointer, place, value)
}

function readAll(
  engine: Engine,
  database: EngineDatabase,
  { pointer }: EngineStatement,
  columns: number,
): EngineValue[][] {
  const rows: EngineValue[][] = []
  for (;;) {
    const code = call(engine.wasm.exports.sqlite3_step, pointer)
    if (code === doneCode) return rows
    if (code !== rowCode) engine.oo1.DB.checkRc(database, code)
    const row: EngineValue[] = []
    for (let column = 0; column < columns; column += 1) row.push(read(engine, pointer, column))
    rows.push(row)
  }
}

function read({ wasm }: Engine, pointer: number, column: number): EngineValue {
  const calls = wasm.exports
  switch (call(calls.sqlite3_column_type, pointer, column)) {
    case integerType: {
      // Exact up to 2^53, which no value of ours exceeds; an i64 would come as a BigInt.
      const value = call(calls.sqlite3_column_double, pointer, column)
      return Number.isSafeInteger(value) ? value : call(calls.sqlite3_column_int64, pointer, column)
    }
    case floatType:
      return call(calls.sqlite3_column_double, pointer, column)
    case textType: {
      const at = call(calls.sqlite3_column_text, pointer, column)
      const bytes = call(calls.sqlite3_column_bytes, pointer, column)
      return decoder.decode(wasm.heap8u().subarray(at, at + bytes))
    }
    case blobType: {
      const at = call(calls.sqlite3_column_blob, pointer, column)
      return wasm.heap8u().slice(at, at + call(calls.sqlite3_column_bytes, pointer, column))
    }
    default:
      return null
  }
}
