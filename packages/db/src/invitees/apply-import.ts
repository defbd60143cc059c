import type { ImportChanges, ImportScope, ImportStore } from '@eventpass/api'
import { type SQL, sql } from 'drizzle-orm'
import { queryRows } from '../query-rows.ts'
import type { TenantScope } from '../tenant-scope.ts'
import { unnestCategories } from './unnest-categories.ts'

/**
 * The invitees that an upload speaks of, as it wants them (`wanted`), those that differ
 * (`changed`), and companions that a smaller party leaves out (`surplus`). A field that the file
 * has no column for, and a cell that was damaged, stays as it is stored.
 */
function compared(
  { tenant }: TenantScope,
  { id, event, given, categoryIndexes }: ImportScope,
): SQL {
  const keep = (isGiven: boolean, wanted: SQL, stored: SQL) => (isGiven ? wanted : stored)
  return sql`
    category_indexes as (select * from ${unnestCategories(categoryIndexes)}),
    leaders as (
      select row, no from import_rows
      where tenant = ${tenant} and import = ${id} and party_place = 1 and party_size > 1),
    wanted as (
      select s.at, i.id, s.name, s.fold,
        ${keep(given.email, sql`case when s.keep_email then i.email else s.email end`, sql`i.email`)} as email,
        ${keep(given.phone, sql`case when s.keep_phone then i.phone else s.phone end`, sql`i.phone`)} as phone,
        ${keep(given.phone, sql`case when s.keep_phone then i.phone_key else s.phone_key end`, sql`i.phone_key`)} as phone_key,
        ${keep(given.category, sql`c.idx`, sql`i.category`)} as category,
        ${keep(given.externalId, sql`coalesce(s.external_id, i.external_id)`, sql`i.external_id`)} as external_id,
        ${keep(given.party, sql`l.no`, sql`i.party`)} as party,
        ${keep(given.notice, sql`s.notice`, sql`i.notice`)} as notice
      from import_rows s
      join invitees i on i.tenant = s.tenant and i.id = s.invitee and i.erased_ms is null
      left join category_indexes c on c.name = s.category
      left join leaders l on l.row = s.row
      where s.tenant = ${tenant} and s.import = ${id} and s.ticket is null),
    changed as (
      select w.*, i.party is null and w.party is not null and i.party_place > 1 as returns
      from wanted w join invitees i on i.tenant = ${tenant} and i.id = w.id
      where (i.name, i.fold, i.email, i.phone, i.phone_key, i.category, i.external_id, i.party, i.notice)
        is distinct from
        (w.name, w.fold, w.email, w.phone, w.phone_key, w.category, w.external_id, w.party, w.notice)),
    surplus as (
      select k.id from import_rows s
      join invitees k on k.tenant = ${tenant} and k.event = ${event} and k.party = s.no
      where ${given.party} and s.tenant = ${tenant} and s.import = ${id} and s.party_place = 1
        and s.ticket is null and k.party_place > s.party_size and k.erased_ms is null
        -- Whoever another row means goes over to that row's party.
        and not exists (select from import_rows r
          where r.tenant = ${tenant} and r.import = ${id} and r.invitee = k.id))`
}

export async function measureImport(
  scope: TenantScope,
  staged: ImportScope,
): Promise<ImportChanges> {
  const { tenant, db } = scope
  const [counts] = await queryRows<Record<'added' | 'matched' | 'changed' | 'cancelled', string>>(
    db,
    sql`with ${compared(scope, staged)}
        select (select count(*) from import_rows
            where tenant = ${tenant} and import = ${staged.id} and invitee is null) as added,
          (select count(*) from wanted) as matched,
          (select count(*) from changed) as changed,
          (select count(*) from surplus) as cancelled`,
  )
  const [added, matched, changed, cancelled] = [
    Number(counts?.added),
    Number(counts?.matched),
    Number(counts?.changed),
    Number(counts?.cancelled),
  ]
  return { added, changed, unchanged: matched - changed, cancelled }
}

/** Invitees first, then their tickets, each in id order, like every writer of both. */
export async function lockChanged(scope: TenantScope, staged: ImportScope): Promise<void> {
  const { tenant, db } = scope
  const touched = sql`with ${compared(scope, staged)},
    touched as (select id from changed union select id from surplus)`
  await db.execute(sql`
    ${touched} select from invitees i
    where i.tenant = ${tenant} and i.id in (select id from touched) order by i.id for no key update`)
  await db.execute(sql`
    ${touched} select from tickets t
    where t.tenant = ${tenant} and t.invitee in (select id from touched)
    order by t.id for no key update`)
}

export async function applyImport(
  scope: TenantScope,
  ...[staged, under]: Parameters<ImportStore['apply']>
): Promise<void> {
  await updateKnown(scope, staged, under)
  await insertNew(scope, staged, under)
}

async function updateKnown(
  scope: TenantScope,
  ...[staged, { revision, nowMs }]: Parameters<ImportStore['apply']>
): Promise<void> {
  const { tenant, db } = scope
  // One statement: every part of it sees the rows as they were, whatever the others write.
  await db.execute(sql`
    with ${compared(scope, staged)},
    written as (
      update invitees i set name = w.name, fold = w.fold, email = w.email, phone = w.phone,
        phone_key = w.phone_key, category = w.category, external_id = w.external_id,
        party = w.party, notice = w.notice, revision = ${revision}
      from changed w where i.tenant = ${tenant} and i.id = w.id),
    left_out as (
      update invitees i set party = null, revision = ${revision}
      from surplus u where i.tenant = ${tenant} and i.id = u.id)
    update tickets t set revision = ${revision},
      state = case when w.left_out and t.state = 'valid' then 'cancelled'
        when w.returns and t.state = 'cancelled' then 'valid' else t.state end,
      state_ms = case when w.left_out and t.state = 'valid' or w.returns and t.state = 'cancelled'
        then ${nowMs} else t.state_ms end
    from (select id, returns, false as left_out from changed
      union all select id, false, true from surplus) as w
    where t.tenant = ${tenant} and t.invitee = w.id`)
}

async function insertNew(
  { tenant, db }: TenantScope,
  ...[{ id, event, categoryIndexes }, { revision, kid }]: Parameters<ImportStore['apply']>
): Promise<void> {
  await db.execute(sql`
    insert into invitees (tenant, id, event, no, name, fold, email, phone, phone_key, category,
      external_id, party, party_place, notice, revision)
    select ${tenant}, s.invitee, ${event}, s.no, s.name, s.fold, s.email, s.phone, s.phone_key,
      c.idx, s.external_id, l.no, s.party_place, s.notice, ${revision}
    from import_rows s
    left join ${unnestCategories(categoryIndexes)} on c.name = s.category
    left join import_rows l on l.tenant = ${tenant} and l.import = ${id} and l.row = s.row
      and l.party_place = 1 and l.party_size > 1
    where s.tenant = ${tenant} and s.import = ${id} and s.ticket is not null`)
  await db.execute(sql`
    insert into tickets (tenant, id, event, invitee, kid, generation, digest, state, revision)
    select ${tenant}, ticket, ${event}, invitee, ${kid}, 1, digest, 'valid', ${revision}
    from import_rows where tenant = ${tenant} and import = ${id} and ticket is not null`)
}
