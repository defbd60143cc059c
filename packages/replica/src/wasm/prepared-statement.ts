import type {
  Engine,
  EngineCalls,
  EngineDatabase,
  EngineStatement,
  EngineValue,
  EngineValues,
} from './engine.ts'

/** Room for the texts and blobs of one statement: a scan's are about 1 kB. */
const roomBytes = 16 * 1_024
const [rowCode, doneCode] = [100, 101]
const [integerType, floatType, textType, blobType] = [1, 2, 3, 4]

/** A statement that is prepared once and run many times. */
export interface PreparedStatement {
  /** Empty where it gives no rows. */
  readonly columns: readonly string[]
  /** For each column the type that was declared for it, which this engine does not tell. */
  readonly types: readonly string[]
  /** Values of the rows that it gives; runs to its end. */
  readonly run: (values: EngineValues) => EngineValue[][]
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
  const room = allocate(calls, roomBytes)
  return {
    prepare: (sql) => {
      const statement = database.prepare(sql)
      const columns = statement.columnCount > 0 ? [...statement.getColumnNames()] : []
      return {
        columns,
        types: columns.map(() => ''),
        run: (values) => {
          try {
            if (isList(values) && values.length === statement.parameterCount) {
              bindAll(engine, database, statement, room, values)
            } else statement.bind(values)
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

function isList(values: EngineValues): values is readonly EngineValue[] {
  return Array.isArray(values)
}

const encoder = new TextEncoder()
/** Not the default, which would take a byte order mark for no part of the text. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Binds the values. Short texts and blobs lie in the room and are not copied: nothing else is
 * written there until the statement has run to its end and let go of them.
 */
function bindAll(
  engine: Engine,
  database: EngineDatabase,
  statement: EngineStatement,
  room: number,
  values: readonly EngineValue[],
): void {
  const { pointer } = statement
  const { exports: calls, heap8u } = engine.wasm
  const end = room + roomBytes
  let [place, at] = [0, room]
  for (const value of values) {
    place += 1
    if (typeof value === 'string' || value instanceof Uint8Array) {
      // Asked for each time: memory that grows leaves the old view without any.
      const heap = heap8u()
      const length =
        typeof value === 'string'
          ? writeText(heap.subarray(at, end), value)
          : writeBytes(heap, at, end, value)
      const bound =
        length === null ? copyOf(engine, value) : { at, length, lifetime: staticLifetime }
      at += length ?? 0
      const of = typeof value === 'string' ? calls.sqlite3_bind_text : calls.sqlite3_bind_blob
      check(engine, database, call(of, pointer, place, bound.at, bound.length, bound.lifetime))
    } else if (typeof value === 'bigint') statement.bind(place, value)
    else check(engine, database, bindNumber(calls, pointer, place, value))
  }
}

/** SQLite neither copies nor frees what is bound so. */
const staticLifetime = 0

/** Bytes written, or null where the text is longer than the room. */
function writeText(room: Uint8Array, text: string): number | null {
  const { read, written } = encoder.encodeInto(text, room)
  return read < text.length ? null : written
}

/** Up to this many letters of ASCII are read faster one by one. */
const lettersMax = 32

function readText(heap: Uint8Array, from: number, until: number): string {
  let text = ''
  for (let at = from; at < until && until - from <= lettersMax; at += 1) {
    const letter = heap[at] ?? 0
    if (letter > 127) break
    text += String.fromCharCode(letter)
  }
  return text.length === until - from ? text : decoder.decode(heap.subarray(from, until))
}

function writeBytes(heap: Uint8Array, at: number, end: number, bytes: Uint8Array): number | null {
  if (bytes.length > end - at) return null
  heap.set(bytes, at)
  return bytes.length
}

/** The value in memory of its own, which SQLite frees when it lets go of it. */
function copyOf({ wasm, capi }: Engine, value: string | Uint8Array) {
  const bytes = typeof value === 'string' ? encoder.encode(value) : value
  const at = allocate(wasm.exports, bytes.length)
  wasm.heap8u().set(bytes, at)
  return { at, length: bytes.length, lifetime: capi.SQLITE_WASM_DEALLOC }
}

function allocate(calls: EngineCalls, bytes: number): number {
  const at = call(calls.sqlite3_malloc, bytes)
  if (at === 0) throw new Error('The browser has no memory left: close other tabs.')
  return at
}

/** Tells the result code. */
function bindNumber(
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

function check({ oo1 }: Engine, database: EngineDatabase, code: number): void {
  if (code !== 0) oo1.DB.checkRc(database, code)
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
      return readText(wasm.heap8u(), at, at + bytes)
    }
    case blobType: {
      const at = call(calls.sqlite3_column_blob, pointer, column)
      return wasm.heap8u().slice(at, at + call(calls.sqlite3_column_bytes, pointer, column))
    }
    default:
      return null
  }
}
