/**
 * Goal: each of the two walls between tenants holds alone (TN1).
 * Method: the stores' own filters are proved by the whole matrix with row-level security switched
 * off (a superuser's transaction); row-level security by plain SQL over every table, in which
 * nothing filters.
 */
import { claimStepsOver } from '@eventpass/api'
import { tenantMatrixContract, type World } from '@eventpass/api/testing'
import type { TenantId } from '@eventpass/domain'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { queryRows } from './query-rows.ts'
import { inTenant, storesOf } from './tenancy.ts'
import { describeEachDatabase, openWorld, type TestDatabase } from './testing.ts'

describeEachDatabase('tenants', (open) => {
  let database: TestDatabase
  let world: World
  beforeAll(async () => {
    database = await open()
    world = await openWorld(database)
  })
  afterAll(() => database.remove())

  describe('by the stores alone', () => {
    tenantMatrixContract(() => {
      const tx: typeof world.deps.tx = (tenant, work) =>
        database.drizzle.transaction((db) =>
          work(storesOf({ tenant, db, onCommit: { outboxWritten: false } })),
        )
      return { ...world, deps: { ...world.deps, tx, claimSteps: claimStepsOver(tx) } }
    })
  })

  test('[TN1] without a filter a tenant sees, changes and adds rows of its own alone, in every table', async () => {
    const tables = await tenantTables()
    const [mine] = await world.deps.lookups.findTenants(null, 1)
    if (!mine) throw new Error('The matrix above made tenants.')
    let foreignRows = 0
    for (const { name, column } of tables) {
      const foreign = sql`${sql.identifier(column)} <> ${mine}`
      const [all] = await queryRows<{ count: number }>(
        database.drizzle,
        sql`select count(*)::int as count from ${sql.identifier(name)} where ${foreign}`,
      )
      foreignRows += all?.count ?? 0
      const [seen] = await inTenant(database.drizzle, mine, ({ db }) =>
        queryRows<{ count: number }>(
          db,
          sql`select count(*)::int as count from ${sql.identifier(name)} where ${foreign}`,
        ),
      )
      expect(seen, name).toEqual({ count: 0 })
      const [nobodys] = await inTenant(database.drizzle, '' as TenantId, ({ db }) =>
        queryRows<{ count: number }>(
          db,
          sql`select count(*)::int as count from ${sql.identifier(name)}`,
        ),
      )
      expect(nobodys, name).toEqual({ count: 0 })
    }
    expect(foreignRows).toBeGreaterThan(50)
  })

  test('[TN1] a row cannot be written for another tenant, nor moved to one', async () => {
    const [mine, other] = await world.deps.lookups.findTenants(null, 2)
    if (!mine || !other) throw new Error('The matrix above made tenants.')
    const steal = (statement: ReturnType<typeof sql>) =>
      inTenant(database.drizzle, mine, ({ db }) => db.execute(statement))
    await expect(
      steal(
        sql`insert into outbox (tenant, topic, key, created_ms) values (${other}, 'x', '{}', 0)`,
      ),
    ).rejects.toMatchObject({ cause: { message: expect.stringContaining('row-level security') } })
    await expect(steal(sql`update users set tenant = ${other}`)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('row-level security') },
    })
  })

  test('[TN1] what was written into ledger and audit cannot be changed or deleted', async () => {
    const [mine] = await world.deps.lookups.findTenants(null, 1)
    if (!mine) throw new Error('The matrix above made tenants.')
    for (const statement of [
      sql`update scans set bytes = ''`,
      sql`delete from scans`,
      sql`update audit_logs set action = ''`,
      sql`delete from audit_logs`,
    ]) {
      await expect(
        inTenant(database.drizzle, mine, ({ db }) => db.execute(statement)),
      ).rejects.toMatchObject({ cause: { message: expect.stringContaining('permission denied') } })
    }
  })

  function tenantTables() {
    return queryRows<{ name: string; column: string }>(
      database.drizzle,
      sql`select relname as name, case relname when 'tenants' then 'id' else 'tenant' end as column
          from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
            and relname <> 'node_state'`,
    )
  }
})
