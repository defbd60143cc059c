import type { EventId } from '@eventpass/domain'
import { type SQL, sql } from 'drizzle-orm'
import { queryRows } from '../query-rows.ts'
import type { TenantScope } from '../tenant-scope.ts'

/** One way to recognise an invitee; pairs that agree in `keys` are taken in order of occurrence. */
interface Way {
  /** Columns that both sides have. */
  readonly keys: readonly string[]
  /** Which staged rows and which invitees may be paired, as conditions on `v`. */
  readonly row: SQL
  readonly invitee: SQL
}

const hasMail = sql`v.email is not null`
const hasNoMail = sql`v.email is null`
const hasPhone = sql`v.phone_key <> ''`
const hasNoPhone = sql`v.phone_key = ''`

/**
 * After the external id: e-mail and folded name, else name and phone, else the name alone where
 * there is no phone. Two different e-mail addresses without a phone are two people.
 */
const ways: readonly Way[] = [
  { keys: ['email', 'fold', 'party_place'], row: hasMail, invitee: hasMail },
  { keys: ['fold', 'phone_key', 'party_place'], row: hasPhone, invitee: hasPhone },
  {
    keys: ['fold', 'party_place'],
    row: sql`${hasNoPhone} and ${hasNoMail}`,
    invitee: sql`${hasNoPhone} and ${hasNoMail}`,
  },
  {
    keys: ['fold', 'party_place'],
    row: sql`${hasNoPhone} and ${hasMail}`,
    invitee: sql`${hasNoPhone} and ${hasNoMail}`,
  },
  {
    keys: ['fold', 'party_place'],
    row: sql`${hasNoPhone} and ${hasNoMail}`,
    invitee: sql`${hasNoPhone} and ${hasMail}`,
  },
]

/**
 * Finds whom each staged row means (IM8), one set-based pass a way, strongest first. A row and an
 * invitee that both have an external id are only ever paired by it.
 */
export async function matchRows(scope: TenantScope, id: string, event: EventId): Promise<void> {
  const { tenant, db } = scope
  // Nobody has analysed rows that were staged a moment ago: the planner takes them for a few and
  // would loop over them for each other. Until the transaction ends every set is hashed instead.
  await db.execute(sql`set local enable_nestloop = off`)
  await db.execute(sql`
    update import_rows set invitee = null, no = null, ticket = null, digest = null
    where tenant = ${tenant} and import = ${id} and invitee is not null`)
  await db.execute(sql`
    update import_rows s set invitee = i.id, no = i.no from invitees i
    where s.tenant = ${tenant} and s.import = ${id} and s.external_id is not null
      and i.tenant = ${tenant} and i.event = ${event} and i.erased_ms is null
      and i.external_id = s.external_id and i.party_place = s.party_place`)
  for (const way of ways) {
    for (const withId of [true, false]) {
      if (!(await hasUnmatched(scope, id, withId))) continue
      await pair(scope, id, event, way, withId)
    }
  }
}

async function hasUnmatched({ tenant, db }: TenantScope, id: string, withId: boolean) {
  const [answer] = await queryRows<{ found: boolean }>(
    db,
    sql`select exists (select from import_rows
          where tenant = ${tenant} and import = ${id} and invitee is null
            and (external_id is not null) = ${withId}) as found`,
  )
  return answer?.found === true
}

async function pair(
  { tenant, db }: TenantScope,
  id: string,
  event: EventId,
  { keys, row, invitee }: Way,
  withId: boolean,
): Promise<void> {
  const columns = sql.raw(keys.join(', '))
  await db.execute(sql`
    with asked as (
      select at, ${columns}, row_number() over (partition by ${columns} order by at) as turn
      from import_rows v
      where tenant = ${tenant} and import = ${id} and invitee is null
        and (external_id is not null) = ${withId} and ${row}),
    known as (
      select id, no, ${columns}, row_number() over (partition by ${columns} order by no) as turn
      from invitees v
      where tenant = ${tenant} and event = ${event} and erased_ms is null and ${invitee}
        and (external_id is null or not ${withId})
        and not exists (select from import_rows r
          where r.tenant = ${tenant} and r.import = ${id} and r.invitee = v.id))
    update import_rows s set invitee = known.id, no = known.no
    from asked join known using (${columns}, turn)
    where s.tenant = ${tenant} and s.import = ${id} and s.at = asked.at`)
}
