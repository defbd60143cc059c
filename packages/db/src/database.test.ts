import { createTestPostgres } from '@eventpass/tooling/test-postgres'
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from './database.ts'
import { queryRows } from './query-rows.ts'
import { describeEachDatabase, type TestDatabase } from './testing.ts'

describeEachDatabase('the schema', (open) => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await open()
  })
  afterAll(() => db.remove())

  test('[TN1] every table has forced row-level security and a policy that compares the tenant', async () => {
    const tables = await queryRows<{ name: string; forced: boolean; policy: string | null }>(
      db.drizzle,
      sql`select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced,
            (select string_agg(coalesce(p.qual, '') || ' / ' || coalesce(p.with_check, ''), ';')
             from pg_policies p where p.schemaname = n.nspname and p.tablename = c.relname
               and 'eventpass_app' = any(p.roles)) as policy
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where c.relkind in ('r', 'p', 'm', 'f') and n.nspname !~ '^(pg_|information_schema)'
            and n.nspname <> 'drizzle'`,
    )

    expect(tables.length).toBeGreaterThan(32)
    for (const { name, forced, policy } of tables) {
      expect({ name, forced }).toEqual({ name, forced: true })
      // node_state says nothing of any tenant; see schema/records.ts.
      if (name === 'node_state') continue
      const column = name === 'tenants' ? 'id' : 'tenant'
      const condition = new RegExp(`\\(${column} = \\( SELECT .*current_setting\\('app.tenant'`)
      const [using, check] = String(policy).split(' / ')
      expect(using, name).toMatch(condition)
      expect(check, name).toMatch(condition)
    }
  })

  test('[TN1] the role of the application owns nothing and bypasses nothing', async () => {
    const roles = await queryRows(
      db.drizzle,
      sql`select rolname, rolsuper, rolbypassrls, rolcanlogin,
            exists (select from pg_class c where c.relowner = r.oid) as owns
          from pg_roles r where rolname in ('eventpass_app', 'eventpass_lookup') order by 1`,
    )
    const plain = { rolsuper: false, rolbypassrls: false, rolcanlogin: false, owns: false }
    expect(roles).toEqual([
      { rolname: 'eventpass_app', ...plain },
      { rolname: 'eventpass_lookup', ...plain },
    ])
  })

  test('[TN1] functions that look before a tenant is known are a listed few that answer ids', async () => {
    const functions = await queryRows<{ name: string; answer: string }>(
      db.drizzle,
      sql`select p.proname as name, pg_get_function_result(p.oid) as answer from pg_proc p
          where p.prosecdef and p.pronamespace = 'public'::regnamespace order by 1`,
    )
    expect(functions).toEqual([
      { name: 'lookup_device', answer: 'TABLE(tenant uuid, event uuid)' },
      { name: 'lookup_event', answer: 'TABLE(tenant uuid, event uuid)' },
      { name: 'lookup_pairing_code', answer: 'TABLE(tenant uuid, event uuid)' },
      { name: 'lookup_session', answer: 'TABLE(tenant uuid, user_id uuid)' },
      { name: 'lookup_tenants', answer: 'TABLE(tenant uuid)' },
      { name: 'lookup_tenants_with_due_orders', answer: 'TABLE(tenant uuid)' },
      { name: 'lookup_tenants_with_outbox', answer: 'TABLE(tenant uuid)' },
      { name: 'lookup_tenants_with_parked_outbox', answer: 'TABLE(tenant uuid)' },
      { name: 'lookup_tenants_with_stale_outbox', answer: 'TABLE(tenant uuid)' },
      { name: 'lookup_tenants_with_unchained_audit', answer: 'TABLE(tenant uuid)' },
      { name: 'lookup_user', answer: 'TABLE(tenant uuid, user_id uuid)' },
    ])
  })

  test('migrating again changes nothing', async () => {
    await db.migrate()
    expect(await db.isUp()).toBe(true)
  })
})

test('several processes may migrate one database, and several databases one cluster, at the same time', async () => {
  const databases = await Promise.all([createTestPostgres(), createTestPostgres()])
  const opened = await Promise.all(
    databases.flatMap(({ url }) => [openDatabase({ url }), openDatabase({ url })]),
  )
  try {
    await Promise.all(opened.map((database) => database.migrate()))
  } finally {
    await Promise.all(opened.map((database) => database.close()))
    await Promise.all(databases.map(({ drop }) => drop()))
  }
})

test('Postgres compiles none of our statements: that takes a second, and they take a millisecond', async () => {
  const { url, drop } = await createTestPostgres()
  const database = await openDatabase({ url })
  try {
    expect(await queryRows(database.drizzle, sql`show jit`)).toEqual([{ jit: 'off' }])
  } finally {
    await database.close()
    await drop()
  }
})

test('a database that does not answer is told as such', async () => {
  const database = await openDatabase({ url: 'postgres://nobody@127.0.0.1:1/nothing' })
  expect(await database.isUp()).toBe(false)
  await database.close()
})

test('[TN1] an owner that is no superuser can migrate, and is bound by the policies itself', async () => {
  const admin = postgres(
    process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres',
    {
      max: 1,
    },
  )
  const owner = `eventpass_test_owner_${process.pid}`
  await admin.unsafe(`create role ${owner} login createrole`)
  const { url, drop } = await createTestPostgres({ owner })
  const ownUrl = new URL(url)
  ownUrl.username = owner
  const database = await openDatabase({ url: ownUrl.href })
  try {
    await database.migrate()
    await expect(
      database.drizzle.execute(
        sql`insert into tenants (id, name, created_ms) values (gen_random_uuid(), 'x', 0)`,
      ),
    ).rejects.toThrow()
    const rows = await queryRows(
      database.drizzle,
      sql`select pg_has_role(current_user, 'eventpass_app', 'MEMBER') as member`,
    )
    expect(rows).toEqual([{ member: true }])
  } finally {
    await database.close()
    await drop()
    await admin.unsafe(`drop owned by ${owner} cascade; drop role ${owner}`)
    await admin.end()
  }
})
