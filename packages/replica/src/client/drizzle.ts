import type { Client } from '@libsql/core/api'
import { construct, type LibSQLDatabase } from 'drizzle-orm/libsql/driver-core'

declare module 'drizzle-orm/libsql/driver-core' {
  // Exported at run time and left out of the published types. The public entries beside it each
  // bring a driver of their own into the bundle.
  export function construct(client: Client): LibSQLDatabase
}

export type Database = LibSQLDatabase

/** The database, or a transaction in it. */
export type Scope = Pick<Database, 'select' | 'insert' | 'update' | 'delete' | 'run'>

/** Drizzle over any client, without a driver of drizzle's own choice. */
export function createDatabase(client: Client): Database {
  return construct(client)
}
