import type { ImportFindings, ImportStore } from '@eventpass/api'
import { and, asc, eq, gt, isNull, lt, max, sql } from 'drizzle-orm'
import { pgArray } from '../pg-array.ts'
import { queryRows } from '../query-rows.ts'
import { importRows, imports, invitees } from '../schema/index.ts'
import type { TenantScope } from '../tenant-scope.ts'
import { applyImport, lockChanged, measureImport } from './apply-import.ts'
import { matchRows } from './match-rows.ts'

const nothingYet: ImportFindings = {
  columns: [],
  ignored: [],
  rows: 0,
  guests: 0,
  errorCount: 0,
  warningCount: 0,
  problems: [],
}

export function createImportStore(scope: TenantScope): ImportStore {
  const { tenant, db } = scope
  const isImport = (id: string) => and(eq(imports.tenant, tenant), eq(imports.id, id))
  const isRowOf = (id: string) => and(eq(importRows.tenant, tenant), eq(importRows.import, id))

  return {
    async create(staged) {
      await db.insert(imports).values({ ...staged, tenant, findings: nothingYet })
    },
    addGuests: (id, guests) => addGuests(scope, id, guests),
    findRepeatedIds: (id, limit) =>
      queryRows<{ row: number; firstRow: number }>(
        db,
        sql`select row, "firstRow" from (
              select row, min(row) over (partition by external_id) as "firstRow" from import_rows
              where tenant = ${tenant} and import = ${id} and party_place = 1
                and external_id is not null) as by_id
            where row > "firstRow" order by row limit ${limit}`,
      ),
    dropRepeatedMails: (id) =>
      queryRows<{ row: number; firstRow: number }>(
        db,
        sql`with repeated as (
              select row, first_row from (
                select row, min(row) over (partition by email, fold) as first_row from import_rows
                where tenant = ${tenant} and import = ${id} and party_place = 1
                  and external_id is null and email is not null) as by_mail
              where row > first_row),
            dropped as (
              delete from import_rows s using repeated r
              where s.tenant = ${tenant} and s.import = ${id} and s.row = r.row)
            select row, first_row as "firstRow" from repeated order by row`,
      ),
    async finish(id, findings, stagedMs) {
      await db.update(imports).set({ findings, stagedMs }).where(isImport(id))
    },
    async find(id) {
      const [row] = await db
        .select({
          id: imports.id,
          event: imports.event,
          fileName: imports.fileName,
          findings: imports.findings,
          stagedMs: imports.stagedMs,
          committedMs: imports.committedMs,
        })
        .from(imports)
        .where(isImport(id))
      return row ?? null
    },
    countGuests: (id) => db.$count(importRows, isRowOf(id)),
    async remove(id) {
      await db.delete(importRows).where(isRowOf(id))
      await db.delete(imports).where(isImport(id))
    },
    async close(id, committedMs) {
      await db.delete(importRows).where(isRowOf(id))
      await db.update(imports).set({ committedMs }).where(isImport(id))
    },
    async removeStale(beforeMs) {
      const stale = and(
        eq(imports.tenant, tenant),
        isNull(imports.committedMs),
        lt(imports.createdMs, beforeMs),
      )
      const gone = db.select({ id: imports.id }).from(imports).where(stale)
      await db
        .delete(importRows)
        .where(and(eq(importRows.tenant, tenant), sql`${importRows.import} in ${gone}`))
      await db.delete(imports).where(stale)
    },
    async findCategories(id, limit) {
      const rows = await db
        .selectDistinct({ category: importRows.category })
        .from(importRows)
        .where(and(isRowOf(id), sql`${importRows.category} is not null`))
        .orderBy(asc(importRows.category))
        .limit(limit)
      return rows.flatMap(({ category }) => (category === null ? [] : [category]))
    },
    match: (staged) => matchRows(scope, staged),
    measure: (staged) => measureImport(scope, staged),
    lockChanged: (staged) => lockChanged(scope, staged),
    async highestNo(event) {
      const [row] = await db
        .select({ no: max(invitees.no) })
        .from(invitees)
        .where(and(eq(invitees.tenant, tenant), eq(invitees.event, event)))
      return row?.no ?? 0
    },
    async findNew(id, after, limit) {
      const rows = await db
        .select({ at: importRows.at })
        .from(importRows)
        .where(and(isRowOf(id), gt(importRows.at, after), isNull(importRows.invitee)))
        .orderBy(asc(importRows.at))
        .limit(limit)
      return rows.map(({ at }) => at)
    },
    async saveNew(id, rows) {
      const [first] = rows
      const last = rows.at(-1)
      if (!first || !last) return
      // The range lets the key find the page: without it every page would read all rows.
      await db.execute(sql`
        update import_rows s
        set invitee = gen_random_uuid(), no = n.no, ticket = decode(n.ticket, 'hex'),
          digest = decode(n.digest, 'hex')
        from unnest(
          ${pgArray(
            'integer',
            rows.map(({ at }) => at),
          )},
          ${pgArray(
            'integer',
            rows.map(({ no }) => no),
          )},
          ${pgArray(
            'text',
            rows.map(({ ticket }) => ticket),
          )},
          ${pgArray(
            'text',
            rows.map(({ digest }) => digest),
          )}) as n (at, no, ticket, digest)
        where s.tenant = ${tenant} and s.import = ${id} and s.at = n.at
          and s.at between ${first.at} and ${last.at}`)
    },
    apply: (staged, under) => applyImport(scope, staged, under),
  }
}

/** One statement a batch: fifteen arrays, unnested side by side. */
async function addGuests(
  { tenant, db }: TenantScope,
  ...[id, guests]: Parameters<ImportStore['addGuests']>
): Promise<void> {
  type Guest = (typeof guests)[number]
  const column = <Value>(pick: (guest: Guest) => Value) => guests.map(pick)
  await db.execute(sql`
    insert into import_rows (tenant, import, at, row, party_place, party_size, name, fold, email,
      keep_email, phone, phone_key, keep_phone, category, external_id, notice)
    select ${tenant}, ${id}, g.*
    from unnest(
      ${pgArray(
        'integer',
        column(({ at }) => at),
      )},
      ${pgArray(
        'integer',
        column(({ row }) => row),
      )},
      ${pgArray(
        'integer',
        column(({ partyPlace }) => partyPlace),
      )},
      ${pgArray(
        'integer',
        column(({ partySize }) => partySize),
      )},
      ${pgArray(
        'text',
        column(({ name }) => name),
      )},
      ${pgArray(
        'text',
        column(({ fold }) => fold),
      )},
      ${pgArray(
        'text',
        column(({ email }) => email),
      )},
      ${pgArray(
        'boolean',
        column(({ keepEmail }) => keepEmail),
      )},
      ${pgArray(
        'text',
        column(({ phone }) => phone),
      )},
      ${pgArray(
        'text',
        column(({ phoneKey }) => phoneKey),
      )},
      ${pgArray(
        'boolean',
        column(({ keepPhone }) => keepPhone),
      )},
      ${pgArray(
        'text',
        column(({ category }) => category),
      )},
      ${pgArray(
        'text',
        column(({ externalId }) => externalId),
      )},
      ${pgArray(
        'text',
        column(({ notice }) => notice),
      )}) as g`)
}
