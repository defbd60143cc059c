import type { PreparedStatement, Preparer } from './prepared-statement.ts'

/** More than the stores have; beyond it the one not used for longest goes. */
const statementsMax = 64

/** Prepared statements by their text: preparing costs more than running most of them. */
export interface StatementCache {
  readonly take: (sql: string) => PreparedStatement
  readonly clear: () => void
}

export function createStatementCache({ prepare }: Preparer): StatementCache {
  const statements = new Map<string, PreparedStatement>()
  return {
    take: (sql) => {
      const statement = statements.get(sql) ?? prepare(sql)
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

function dropOldest(statements: Map<string, PreparedStatement>): void {
  for (const [sql, statement] of statements) {
    statements.delete(sql)
    statement.finalize()
    return
  }
}
