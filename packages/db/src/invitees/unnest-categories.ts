import type { ImportScope } from '@eventpass/api'
import { type SQL, sql } from 'drizzle-orm'
import { pgArray } from '../pg-array.ts'

/** The category texts of an upload as rows `c (name, idx)`. */
export function unnestCategories(indexes: ImportScope['categoryIndexes']): SQL {
  const names = pgArray('text', [...indexes.keys()])
  return sql`unnest(${names}, ${pgArray('integer', [...indexes.values()])}) as c (name, idx)`
}
