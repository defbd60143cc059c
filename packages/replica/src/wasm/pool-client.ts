import {
  type Client,
  type InArgs,
  type InStatement,
  type InValue,
  LibsqlBatchError,
  LibsqlError,
  type ResultSet,
  type Row,
  type Transaction,
  type TransactionMode,
} from '@libsql/core/api'
import { ResultSetImpl, transactionModeToBegin } from '@libsql/core/util'
import type { Engine, EngineDatabase, EngineValue } from './engine.ts'
import { toLibsqlError } from './engine-error.ts'
import { createPreparer, type PreparedStatement } from './prepared-statement.ts'
import { createStatementCache } from './statement-cache.ts'

/**
 * `@libsql/client`'s `Client` over one open database of the pool.
 *
 * Every call runs to its end before it returns its promise. It is not serial by itself:
 * wrap it in `createSerialClient`. Blobs come as `Uint8Array`, not `ArrayBuffer` as the interface
 * says, since drizzle would decode an ArrayBuffer as text.
 */
export function createPoolClient(engine: Engine, database: EngineDatabase): Client {
  const preparer = createPreparer(engine, database)
  const statements = createStatementCache(preparer)
  let closed = false
  const run = (statement: InStatement, args?: InArgs): ResultSet => {
    if (closed) throw new LibsqlError('The database is closed.', 'CLIENT_CLOSED')
    const whole = typeof statement === 'string' ? { sql: statement, args } : statement
    try {
      return runStatement(database, statements.take(whole.sql), whole.args ?? [])
    } catch (error) {
      throw toLibsqlError(error)
    }
  }
  const batch = (all: readonly (InStatement | [string, InArgs?])[], begin: string | null) => {
    if (begin !== null) run(begin)
    try {
      const results = all.map((one, at) =>
        atPlace(at, () => (Array.isArray(one) ? run(one[0], one[1]) : run(one))),
      )
      if (begin !== null) run('COMMIT')
      return results
    } catch (error) {
      if (begin !== null) rollBack(run)
      throw error
    }
  }
  return {
    execute: async (statement: InStatement, args?: InArgs) => run(statement, args),
    batch: async (all, mode) => batch(all, transactionModeToBegin(mode ?? 'deferred')),
    migrate: async () => unsupported('migrate'),
    executeMultiple: async (sql) => execute(database, sql),
    transaction: async (mode?: TransactionMode) => {
      run(transactionModeToBegin(mode ?? 'write'))
      return createTransaction(database, run, (all) => batch(all, null))
    },
    sync: async () => unsupported('sync'),
    reconnect: () => unsupported('reconnect'),
    close: () => {
      if (closed) return
      closed = true
      statements.clear()
      preparer.close()
      database.close()
    },
    get closed() {
      return closed
    },
    protocol: 'file',
  }
}

function createTransaction(
  database: EngineDatabase,
  run: (statement: InStatement) => ResultSet,
  batch: (all: InStatement[]) => ResultSet[],
): Transaction {
  let closed = false
  const whileOpen = <T>(work: () => T): T => {
    if (closed) throw new LibsqlError('The transaction has ended.', 'TRANSACTION_CLOSED')
    return work()
  }
  const close = () => {
    if (closed) return
    closed = true
    rollBack(run)
  }
  return {
    execute: async (statement) => whileOpen(() => run(statement)),
    batch: async (all) => whileOpen(() => batch(all)),
    executeMultiple: async (sql) => whileOpen(() => execute(database, sql)),
    commit: async () => {
      whileOpen(() => run('COMMIT'))
      closed = true
    },
    rollback: async () => close(),
    close,
    get closed() {
      return closed
    },
  }
}

function runStatement(
  database: EngineDatabase,
  { columns, types, run }: PreparedStatement,
  args: InArgs,
): ResultSet {
  const values = Array.isArray(args)
    ? args.map(toEngineValue)
    : Object.fromEntries(Object.entries(args).map(([name, of]) => [name, toEngineValue(of)]))
  const rows = run(values).map((row) => nameValues(row, columns))
  const changed = columns.length === 0 ? database.changes() : 0
  // Shared by all results of the statement: nobody writes into what a result set tells.
  return new ResultSetImpl(columns as string[], types as string[], rows, changed, undefined)
}

/** A row that is read by place and by name. */
function nameValues(values: EngineValue[], columns: readonly string[]): Row {
  const row = values as unknown as Record<number | string, EngineValue>
  let at = 0
  for (const column of columns) {
    row[column] = values[at] ?? null
    at += 1
  }
  return row as unknown as Row
}

function toEngineValue(value: InValue): EngineValue {
  if (value instanceof Date) return value.valueOf()
  return value instanceof ArrayBuffer ? new Uint8Array(value) : value
}

function execute(database: EngineDatabase, sql: string): void {
  try {
    database.exec(sql)
  } catch (error) {
    throw toLibsqlError(error)
  }
}

/** After some faults SQLite has rolled back by itself, and says so by an error. */
function rollBack(run: (statement: InStatement) => ResultSet): void {
  try {
    run('ROLLBACK')
  } catch {
    // Nothing is open any more, which is what was wanted.
  }
}

function atPlace<T>(at: number, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof LibsqlError)) throw error
    const { message, code, extendedCode, rawCode } = error
    throw new LibsqlBatchError(message, at, code, extendedCode, rawCode, error)
  }
}

function unsupported(what: string): never {
  throw new LibsqlError(`${what} does not exist for a local database.`, 'UNSUPPORTED')
}
