import type { ErasureStore, Replica } from '@eventpass/api'
import type { Digest, EventId, InviteeNo, ScanId } from '@eventpass/domain'
import { type SQL, sql } from 'drizzle-orm'
import { jsonRows } from '../ledger/json-rows.ts'
import { pgArray } from '../pg-array.ts'
import { queryRows } from '../query-rows.ts'
import type { TenantScope } from '../tenant-scope.ts'
import { blankPerson } from './blank-person.ts'

export function createErasureStore(scope: TenantScope): ErasureStore {
  const { tenant, db } = scope
  const ofEvent = (table: string, event: EventId): SQL =>
    sql`${sql.raw(table)}.tenant = ${tenant} and ${sql.raw(table)}.event = ${event}`

  return {
    lock: (event, no) => lockPerson(scope, event, no),

    async findScans(event, no, digests) {
      const codes = pgArray(
        'bytea',
        digests.map((digest) => `\\x${digest}`),
      )
      const rows = await queryRows<{ id: ScanId }>(
        db,
        sql`select s.id from scans s where ${ofEvent('s', event)} and s.invitee_no = ${no}
            union
            select s.id from scans s where ${ofEvent('s', event)} and s.invitee_no is null
              and s.digest is not null and s.digest = any(${codes})`,
      )
      return rows.map(({ id }) => id)
    },

    async deleteTexts(event, scans) {
      const ids = pgArray('uuid', scans)
      await db.execute(sql`
        delete from scan_texts x using scans s
        where x.tenant = ${tenant} and x.scan_hash = s.hash and ${ofEvent('s', event)}
          and (s.id = any(${ids}) or (s.target is not null and s.target = any(${ids})))`)
    },

    findKeptPushes: (event, words) =>
      queryRows<{ id: number; bytes: string }>(
        db,
        sql`select q.id::int as id, q.bytes from quarantined_pushes q
            where ${ofEvent('q', event)} and exists (
              select from unnest(${pgArray('text', words)}) as w(word)
              where position(w.word in q.bytes) > 0)
            for update`,
      ),

    async rewriteKeptPush(id, bytes) {
      await db.execute(sql`update quarantined_pushes set bytes = ${bytes}
        where tenant = ${tenant} and id = ${id}`)
    },

    async forgetBeside(event, no) {
      const open = sql`select m.id from imports m where ${ofEvent('m', event)}
        and m.committed_ms is null and m.staged_ms is not null`
      await db.execute(
        sql`delete from import_rows where tenant = ${tenant} and import in (${open})`,
      )
      await db.execute(sql`delete from imports where tenant = ${tenant} and id in (${open})`)
      // Nothing tells whose cells the problems of a file quote.
      await db.execute(sql`update imports m set findings = jsonb_set(m.findings, '{problems}', '[]')
        where ${ofEvent('m', event)} and m.findings->'problems' <> '[]'`)
      await db.execute(sql`update orders o set reference = null
        where ${ofEvent('o', event)} and o.reference is not null and exists (
          select from order_invitees i where i.tenant = ${tenant} and i."order" = o.id
            and i.invitee_no = ${no})`)
    },

    blank: (event, no, erasure, companions) => blankPerson(scope, event, no, erasure, companions),

    async lockErased(event, scans) {
      const asked = scans.map(({ digest, target }, place) => ({ place, digest, target }))
      // The locks keep an erasure that comes now waiting, so that it finds the texts that are stored here.
      const rows = await queryRows<{ place: number; erased: boolean }>(
        db,
        sql`with asked as materialized (
              select * from ${jsonRows(asked, 'place int, digest text, target uuid')}),
            about as materialized (
              select a.place, t.invitee from asked a join tickets t
                on ${ofEvent('t', event)} and t.digest = decode(a.digest, 'hex')
              union
              select a.place, i.id from asked a
                join scans s on ${ofEvent('s', event)} and s.id = a.target
                join invitees i on ${ofEvent('i', event)} and i.no = s.invitee_no)
            select a.place, i.erased_ms is not null as erased
            from about a join invitees i on i.tenant = ${tenant} and i.id = a.invitee
            order by i.id for share of i`,
      )
      return new Set(
        rows.flatMap(({ place, erased }) => (erased && scans[place] ? [scans[place].id] : [])),
      )
    },

    async lastRevision(event) {
      const [row] = await queryRows<{ revision: number }>(
        db,
        sql`select coalesce(max(i.revision), 0)::float8 as revision from invitees i
            where ${ofEvent('i', event)} and i.erased_ms is not null`,
      )
      return row?.revision ?? 0
    },

    async noteReplica(device, revision) {
      await db.execute(sql`update devices set held_revision = ${revision}
        where tenant = ${tenant} and id = ${device}`)
    },

    findReplicas: (event, limit) =>
      queryRows<Replica & Record<string, unknown>>(
        db,
        sql`select d.id as device, d.no, d.label, d.state, d.held_revision::float8 as revision,
              d.last_contact_ms::float8 as "lastContactMs"
            from devices d
            where ${ofEvent('d', event)} and d.state in ('active', 'revoked', 'retired', 'pair_anew')
            order by d.no limit ${limit}`,
      ),
  }
}

async function lockPerson(
  { tenant, db }: TenantScope,
  event: EventId,
  no: InviteeNo,
): ReturnType<ErasureStore['lock']> {
  // In id order, as every writer of several invitees takes them.
  const locked = await queryRows<{ no: InviteeNo; place: number; id: string } & ErasedRow>(
    db,
    sql`select i.id, i.no, i.party_place as place, i.erased_ms::float8 as "erasedMs",
          i.revision::float8 as revision
        from invitees i where i.tenant = ${tenant} and i.event = ${event}
          and (i.no = ${no} or (i.party = ${no} and i.party_place > 1 and i.erased_ms is null))
        order by i.id for no key update`,
  )
  const person = locked.find((row) => row.no === no)
  if (!person) return null
  const tickets = await queryRows<{ digest: Digest; invitee: string }>(
    db,
    sql`select encode(t.digest, 'hex') as digest, t.invitee from tickets t
        where t.tenant = ${tenant}
          and t.invitee = any(${pgArray(
            'uuid',
            locked.map(({ id }) => id),
          )})
        order by t.id for no key update`,
  )
  const { erasedMs, revision } = person
  return {
    erasure: erasedMs === null ? null : { erasedMs, revision },
    digests: tickets.flatMap(({ digest, invitee }) => (invitee === person.id ? [digest] : [])),
    companions: locked.flatMap((row) => (row === person ? [] : [{ no: row.no, place: row.place }])),
  }
}

type ErasedRow = Readonly<Record<string, unknown>> & {
  readonly erasedMs: number | null
  readonly revision: number
}
