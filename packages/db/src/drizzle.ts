import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'

/** Drizzle over either engine. Open a tenant's transaction by `createTenancy`, never by this. */
export type Drizzle = PgDatabase<PgQueryResultHKT>
