import type { EngineDatabase, EngineStatement } from './engine.ts'

/** More than the stores have; beyond it the one not used for longest goes. */
const statementsMax = 64

/** Prepared statements by their text: preparing costs more than running most of them. */
export interface StatementCache {
  readonly take: (sql: string) => EngineStatement
  readonly clear: () => void
}

export function createStatementCache(database: EngineDatabase): StatementCache {
  const statements = new Map<string, EngineStatement>()
  return {
    take: (sql) => {
      const kept = statements.get(sql)
      const statement = kept ?? database.prepare(sql)
      statements.delete(sql)
      statements.set(sql, statement)
      if (statements.size > statementsMax) dropOldest(statements)
      return statement
    },
    clear: () => {
      for (const statement of statements.values()) statement.finalize()
      statements.clear()
    },
  }
}

function dropOldest(statements: Map<string, EngineStatement>): void {
  for (const [sql, statement] of statements) {
    statements.delete(sql)
    statement.finalize()
    return
  }
}
