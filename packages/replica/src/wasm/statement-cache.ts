import type { EngineDatabase, EngineStatement } from './engine.ts'

/** More than the stores have; beyond it the one not used for longest goes. */
const statementsMax = 64

/** Prepared statements by their text: preparing costs more than running most of them. */
export interface StatementCache {
  readonly take: (sql: string) => CachedStatement
  readonly clear: () => void
}

export interface CachedStatement {
  readonly statement: EngineStatement
  /** Empty where it gives no rows. Kept, since asking costs more than a short row does. */
  readonly columns: readonly string[]
}

export function createStatementCache(database: EngineDatabase): StatementCache {
  const statements = new Map<string, CachedStatement>()
  return {
    take: (sql) => {
      const kept = statements.get(sql)
      const cached = kept ?? prepare(database, sql)
      statements.delete(sql)
      statements.set(sql, cached)
      if (statements.size > statementsMax) dropOldest(statements)
      return cached
    },
    clear: () => {
      for (const { statement } of statements.values()) statement.finalize()
      statements.clear()
    },
  }
}

function prepare(database: EngineDatabase, sql: string): CachedStatement {
  const statement = database.prepare(sql)
  const columns = statement.columnCount > 0 ? [...statement.getColumnNames()] : []
  return { statement, columns }
}

function dropOldest(statements: Map<string, CachedStatement>): void {
  for (const [sql, { statement }] of statements) {
    statements.delete(sql)
    statement.finalize()
    return
  }
}
