import { createClient } from '@libsql/client'
import { getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core'
import { expect, test } from 'vitest'
import * as ledger from './ledger/schema.ts'
import * as manifest from './manifest/schema.ts'

interface Column {
  readonly name: string
  readonly type: string
  readonly notNull: boolean
  readonly key: boolean
}

function columnsInCode(table: SQLiteTable): readonly Column[] {
  const { columns, primaryKeys } = getTableConfig(table)
  const keys = primaryKeys.flatMap((key) => key.columns.map(({ name }) => name))
  return columns.map((column) => ({
    name: column.name,
    type: column.getSQLType().toUpperCase(),
    notNull: column.notNull,
    key: column.primary || keys.includes(column.name),
  }))
}

async function columnsInFile(made: readonly string[], table: string): Promise<readonly Column[]> {
  const client = createClient({ url: ':memory:', concurrency: 1 })
  for (const sql of made) await client.execute(sql)
  const { rows } = await client.execute(`PRAGMA table_info(${table})`)
  return rows.map((row) => ({
    name: String(row.name),
    type: String(row.type),
    // A rowid is never null, which the pragma does not say.
    notNull: Number(row.notnull) === 1 || (row.type === 'INTEGER' && Number(row.pk) === 1),
    key: Number(row.pk) > 0,
  }))
}

const { scan, heard, ruling, vector, fact, state } = ledger
const { meta, party, ticket, use } = manifest

for (const [made, tables] of [
  [ledger.ledgerTables, { scan, heard, ruling, vector, fact, state }],
  [manifest.manifestTables, { meta, party, ticket, use }],
] as const) {
  for (const [name, table] of Object.entries<SQLiteTable>(tables)) {
    test(`[RP11] table ${name} is made as the code reads it`, async () => {
      expect(await columnsInFile(made, name)).toEqual(columnsInCode(table))
    })
  }
}
