import type { DirtyKey, ReconcileStore, RulingRow } from '@eventpass/api'
import type {
  CheckInList,
  Contact,
  DeviceNo,
  Digest,
  InviteeNo,
  Quarantine,
  Scan,
  ScanHash,
  TicketState,
} from '@eventpass/domain'
import { type SQL, sql } from 'drizzle-orm'
import { pgArray } from '../pg-array.ts'
import { prepared } from '../prepared.ts'
import { queryRows } from '../query-rows.ts'
import type { TenantScope } from '../tenant-scope.ts'
import { createIncidentWriter, incidentColumns, toKnownIncident } from './incident-writer.ts'

/** Keys as a table `k`. */
function keyTable(keys: readonly DirtyKey[]): SQL {
  return sql`unnest(${keyArrays(keys)}) as k(list, invitee)`
}

function keyArrays(keys: readonly DirtyKey[]): SQL {
  const lists = pgArray(
    'uuid',
    keys.map(({ list }) => list),
  )
  return sql`${lists}, ${pgArray(
    'integer',
    keys.map(({ invitee }) => invitee),
  )}`
}

/**
 * Reads and writes of reconcile, each one statement whatever the number of keys.
 *
 * Rows of a key are looked up by `lateral (… offset 0)`, which is a walk of an index for each key
 * and no choice of the planner's: a table that fills within seconds has no statistics yet, and a
 * join planned without them compares every key with every row of the tenant.
 */
export function createReconcileStore({ db, tenant }: TenantScope): ReconcileStore {
  return {
    async lockKeys(event, keys) {
      // A conflict locks the row also where nothing is to be updated: one pass, in key order.
      await db.execute(
        prepared(sql`
          insert into admissions (tenant, event, list, invitee_no)
          select ${tenant}::uuid, ${event}::uuid, k.list, k.invitee from ${keyTable(keys)}
          order by k.list, k.invitee
          on conflict (tenant, list, invitee_no) do update set people = 0 where false`),
      )
    },

    async findScans(event, keys) {
      const rows = await queryRows<ScanRow>(
        db,
        prepared(sql`with named as materialized (
              select k.place, s.*
              from unnest(${keyArrays(keys)}) with ordinality as k(list, invitee, place)
              cross join lateral (
                select s.device, s.hash, s.bytes, s.id, s.quarantine from scans s
                where s.tenant = ${tenant} and s.event = ${event}
                  and s.list = k.list and s.invitee_no = k.invitee offset 0) as s
            ), found as (
              select place, device, hash, bytes, quarantine from named
              union all
              select n.place, v.*
              from named n cross join lateral (
                select v.device, v.hash, v.bytes, v.quarantine from scans v
                where v.tenant = ${tenant} and v.event = ${event}
                  and v.target = n.id and v.act = 'void' offset 0) as v
            )
            select f.place::int, encode(f.hash, 'hex') as hash, f.bytes, f.quarantine, d.no
            from found f cross join lateral (
              select d.no from devices d
              where d.tenant = ${tenant} and d.id = f.device offset 0) as d`),
      )
      return rows.map((row) => {
        const key = keys[row.place - 1] as DirtyKey
        return { key, scan: toScan(row, key) }
      })
    },

    async findContacts(devices) {
      if (devices.length === 0) return []
      const rows = await queryRows<Record<string, unknown>>(
        db,
        prepared(sql`select distinct device, node, epoch, head_seq as "headSeq",
              encode(head_hash, 'hex') as "headHash", mono_ms::float8 as "monoMs",
              wall_ms::float8 as "wallMs", ti_ms::float8 as "tiMs", tr_ms::float8 as "trMs"
            from contacts
            where tenant = ${tenant} and device = any(${pgArray('uuid', devices)})`),
      )
      return rows as unknown as readonly Contact[]
    },

    async findTickets(event, invitees) {
      const rows = await queryRows<{
        invitee: number
        digest: string
        state: string
        at: number | null
      }>(
        db,
        prepared(sql`select i.no as invitee, encode(t.digest, 'hex') as digest, t.state,
              t.state_ms::float8 as at
            from unnest(${pgArray('integer', invitees)}) as n(no)
            cross join lateral (
              select i.id, i.no from invitees i
              where i.tenant = ${tenant} and i.event = ${event} and i.no = n.no offset 0) as i
            cross join lateral (
              select t.digest, t.state, t.state_ms from tickets t
              where t.tenant = ${tenant} and t.invitee = i.id offset 0) as t`),
      )
      return rows.map(({ invitee, digest, state, at }) => ({
        invitee: invitee as InviteeNo,
        ticket: { digest: digest as Digest, state: state as TicketState, stateAtMs: at },
      }))
    },

    async readLists(event) {
      const [row] = await queryRows<{ zone: string; lists: ListRow[] }>(
        db,
        prepared(sql`select time_zone as zone, coalesce((
              select json_agg(json_build_object('id', l.id, 'name', l.name, 'config', l.config))
              from lists l where l.tenant = ${tenant} and l.event = ${event}), '[]') as lists
            from events where tenant = ${tenant} and id = ${event}`),
      )
      const lists = (row?.lists ?? []).map(
        ({ id, name, config }) => ({ ...config, id, name }) as CheckInList,
      )
      return { lists, timeZone: row?.zone ?? 'UTC' }
    },

    async findIncidents(event, keys) {
      const rows = await queryRows<Record<string, unknown>>(
        db,
        prepared(sql`select ${incidentColumns} from ${keyTable(keys)} cross join lateral (
              select n.* from incidents n
              where n.tenant = ${tenant} and n.event = ${event}
                and n.list = k.list and n.invitee_no = k.invitee offset 0) as n`),
      )
      return rows.map(toKnownIncident)
    },

    async saveAdmissions(event, rows) {
      const firsts = rows.map(({ firstMs }) => (firstMs === null ? null : Math.floor(firstMs)))
      const columns = sql.join(
        [
          keyArrays(rows.map(({ key }) => key)),
          pgArray(
            'boolean',
            rows.map(({ inside }) => inside),
          ),
          pgArray(
            'integer',
            rows.map(({ people }) => people),
          ),
          pgArray('bigint', firsts),
        ],
        sql`, `,
      )
      await db.execute(
        prepared(sql`
          insert into admissions (tenant, event, list, invitee_no, inside, people, first_ms,
                                  reconciled_ms)
          select ${tenant}::uuid, ${event}::uuid, k.*,
            (extract(epoch from clock_timestamp()) * 1000)::bigint
          from unnest(${columns}) as k
          on conflict (tenant, list, invitee_no) do update set inside = excluded.inside,
            people = excluded.people, first_ms = excluded.first_ms,
            reconciled_ms = excluded.reconciled_ms`),
      )
    },

    ...createIncidentWriter({ db, tenant }),

    async saveRulings(event, rulings) {
      if (rulings.length === 0) return
      // Each changed ruling has a revision of its own, so that a page of a pull may end anywhere.
      await db.execute(
        prepared(sql`
        with asked as materialized (
          select * from unnest(${rulingArrays(rulings)}) as k(list, invitee, id, scan_hash, kind, by,
            estimate, lo, hi, quarantined)
        ), changed as materialized (
          select k.*, row_number() over () as place
          from asked k left join lateral (
            select r.* from rulings r
            where r.tenant = ${tenant} and r.scan_hash = k.scan_hash offset 0) as r on true
          where r.scan_hash is null
            or (r.kind, r.by, r.estimate_ms, r.lo_ms, r.hi_ms, r.quarantined)
               is distinct from (k.kind, k.by, k.estimate, k.lo, k.hi, k.quarantined)
        ), line as (
          update event_revisions
          set rulings_revision = rulings_revision + (select count(*) from changed)
          where tenant = ${tenant} and event = ${event} and exists (select from changed)
          returning rulings_revision - (select count(*) from changed) as base
        )
        insert into rulings (tenant, scan_hash, scan_id, event, list, invitee_no, kind, by,
                             estimate_ms, lo_ms, hi_ms, quarantined, revision)
        select ${tenant}::uuid, scan_hash, id, ${event}::uuid, list, invitee, kind, by,
               estimate, lo, hi, quarantined, line.base + place
        from changed, line
        on conflict (tenant, scan_hash) do update set kind = excluded.kind, by = excluded.by,
          estimate_ms = excluded.estimate_ms, lo_ms = excluded.lo_ms, hi_ms = excluded.hi_ms,
          quarantined = excluded.quarantined, revision = excluded.revision`),
      )
    },
  }
}

function rulingArrays(rows: readonly RulingRow[]): SQL {
  const arrays = [
    pgArray(
      'uuid',
      rows.map(({ id }) => id),
    ),
    pgArray(
      'bytea',
      rows.map(({ hash }) => `\\x${hash}`),
    ),
    pgArray(
      'text',
      rows.map(({ ruling }) => ruling.kind),
    ),
    pgArray(
      'uuid',
      rows.map(({ ruling }) => (ruling.kind === 'confirmed' ? null : ruling.by)),
    ),
    pgArray(
      'bigint',
      rows.map(({ estimateMs }) => Math.round(estimateMs)),
    ),
    pgArray(
      'bigint',
      rows.map(({ loMs }) => (loMs === null ? null : Math.floor(loMs))),
    ),
    pgArray(
      'bigint',
      rows.map(({ hiMs }) => (hiMs === null ? null : Math.ceil(hiMs))),
    ),
    pgArray(
      'boolean',
      rows.map(({ quarantined }) => quarantined),
    ),
  ]
  return sql.join([keyArrays(rows.map(({ key }) => key)), ...arrays], sql`, `)
}

interface ListRow {
  readonly id: string
  readonly name: string
  readonly config: object
}

interface ScanRow extends Readonly<Record<string, unknown>> {
  /** Of its key among those that were asked for, from 1. */
  readonly place: number
  readonly hash: string
  readonly bytes: string
  readonly quarantine: string | null
  readonly no: number
}

/** The body is what was chained: parsed and checked when it was stored, so trusted here. */
function toScan({ bytes, no, hash, quarantine }: ScanRow, { invitee }: DirtyKey): Scan {
  return {
    body: JSON.parse(bytes),
    deviceNo: no as DeviceNo,
    hash: hash as ScanHash,
    invitee,
    quarantine: quarantine as Quarantine | null,
  }
}
