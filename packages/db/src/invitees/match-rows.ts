import type { ImportScope } from '@eventpass/api'
import { type SQL, sql } from 'drizzle-orm'
import { queryRows } from '../query-rows.ts'
import type { TenantScope } from '../tenant-scope.ts'
import { unnestCategories } from './unnest-categories.ts'

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

/** What a damaged cell says nothing about; most rows have none. An address says more than a number. */
const damages = [
  { rows: sql`not v.keep_email and not v.keep_phone`, email: false, phone: false },
  { rows: sql`v.keep_phone and not v.keep_email`, email: false, phone: true },
  { rows: sql`v.keep_email and not v.keep_phone`, email: true, phone: false },
] as const
type Damage = (typeof damages)[number]

/**
 * Finds whom each staged row means (IM8), one set-based pass a way, strongest first. A row and an
 * invitee that both have an external id are only ever paired by it.
 *
 * Whoever is already as a row wants them is that row, before any weaker way: so every row finds its
 * invitee again, whichever way found them first, and of two namesakes none takes the other's place.
 */
export async function matchRows(scope: TenantScope, staged: ImportScope): Promise<void> {
  const { tenant, db } = scope
  const { id, event } = staged
  // Nobody has analysed rows that were staged a moment ago: the planner takes them for a few and
  // would loop over them for each other. Until the transaction ends every set is hashed instead.
  await db.execute(sql`set local enable_nestloop = off`)
  await db.execute(sql`
    update import_rows set invitee = null, no = null, ticket = null, digest = null
    where tenant = ${tenant} and import = ${id} and invitee is not null`)
  // A first list would be sorted once a way, only to be compared with nobody.
  if (!(await hasInvitees(scope, event))) return
  await db.execute(sql`
    update import_rows s set invitee = i.id, no = i.no from invitees i
    where s.tenant = ${tenant} and s.import = ${id} and s.external_id is not null
      and i.tenant = ${tenant} and i.event = ${event} and i.erased_ms is null
      and i.external_id = s.external_id and i.party_place = s.party_place`)
  for (const damage of damages) {
    for (const withId of [true, false]) {
      if (!(await hasUnmatched(scope, id, withId, damage.rows))) continue
      await pairEqual(scope, staged, damage, withId)
    }
  }
  if (staged.given.party) await pairCompanions(scope, staged)
  for (const way of ways) {
    for (const withId of [true, false]) {
      if (!(await hasUnmatched(scope, id, withId, way.row))) continue
      await pair(scope, staged, way, withId)
    }
  }
}

/** Rows of single guests and of leaders of parties, with whoever is the same in all that the file gives. */
async function pairEqual(
  { tenant, db }: TenantScope,
  { id, event, given, categoryIndexes }: ImportScope,
  { rows, email, phone }: Damage,
  withId: boolean,
): Promise<void> {
  const keyOf = (category: SQL, size: SQL) =>
    sql`jsonb_build_array(${sql.join(
      [
        sql`v.name`,
        ...(given.email && !email ? [sql`v.email`] : []),
        ...(given.phone && !phone ? [sql`v.phone`] : []),
        ...(given.category ? [category] : []),
        ...(given.notice ? [sql`v.notice`] : []),
        ...(given.party ? [size] : []),
      ],
      sql`, `,
    )})::text`
  await db.execute(sql`
    with wanted as (
      select v.at, ${keyOf(sql`c.idx`, sql`v.party_size`)} as same
      from import_rows v
      left join ${unnestCategories(categoryIndexes)} on c.name = v.category
      where v.tenant = ${tenant} and v.import = ${id} and v.invitee is null and v.party_place = 1
        and (v.external_id is not null) = ${withId} and ${rows}),
    sizes as (
      select party, count(*)::int as size from invitees
      where tenant = ${tenant} and event = ${event} and party is not null and erased_ms is null
      group by party),
    present as (
      select v.id, v.no, ${keyOf(sql`v.category`, sql`coalesce(sizes.size, 1)`)} as same
      from invitees v left join sizes on sizes.party = v.no
      where v.tenant = ${tenant} and v.event = ${event} and v.erased_ms is null
        and v.party_place = 1 and (v.external_id is null or not ${withId})
        and not exists (select from import_rows r
          where r.tenant = ${tenant} and r.import = ${id} and r.invitee = v.id)),
    asked as (select at, same, row_number() over (partition by same order by at) as turn from wanted),
    known as (
      select id, no, same, row_number() over (partition by same order by no) as turn from present)
    update import_rows s set invitee = known.id, no = known.no
    from asked join known using (same, turn)
    where s.tenant = ${tenant} and s.import = ${id} and s.at = asked.at`)
}

/** Companions of whoever leads a party already are those at their places in it. */
async function pairCompanions(
  { tenant, db }: TenantScope,
  { id, event }: ImportScope,
): Promise<void> {
  await db.execute(sql`
    update import_rows s set invitee = i.id, no = i.no
    from import_rows l, invitees i
    where s.tenant = ${tenant} and s.import = ${id} and s.party_place > 1 and s.invitee is null
      and l.tenant = ${tenant} and l.import = ${id} and l.row = s.row and l.party_place = 1
      and i.tenant = ${tenant} and i.event = ${event} and i.erased_ms is null
      and i.party = l.no and i.party_place = s.party_place and i.name = s.name
      and (i.external_id is null or s.external_id is null)
      and not exists (select from import_rows r
        where r.tenant = ${tenant} and r.import = ${id} and r.invitee = i.id)`)
}

async function hasInvitees({ tenant, db }: TenantScope, event: ImportScope['event']) {
  const [answer] = await queryRows<{ found: boolean }>(
    db,
    sql`select exists (select from invitees
          where tenant = ${tenant} and event = ${event} and erased_ms is null) as found`,
  )
  return answer?.found === true
}

async function hasUnmatched({ tenant, db }: TenantScope, id: string, withId: boolean, rows: SQL) {
  const [answer] = await queryRows<{ found: boolean }>(
    db,
    sql`select exists (select from import_rows v
          where tenant = ${tenant} and import = ${id} and invitee is null
            and (external_id is not null) = ${withId} and ${rows}) as found`,
  )
  return answer?.found === true
}

async function pair(
  { tenant, db }: TenantScope,
  { id, event }: ImportScope,
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
