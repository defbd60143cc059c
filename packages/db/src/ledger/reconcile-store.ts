import type { DirtyKey, ReconcileStore } from '@eventpass/api'
import type {
  CheckInList,
  Contact,
  DeviceNo,
  Digest,
  InviteeNo,
  ListId,
  Quarantine,
  Scan,
  ScanHash,
  TicketState,
} from '@eventpass/domain'
import { sql } from 'drizzle-orm'
import { pgArray } from '../pg-array.ts'
import { queryRows } from '../query-rows.ts'
import type { TenantScope } from '../tenant-scope.ts'
import { createIncidentWriter, incidentColumns, toKnownIncident } from './incident-writer.ts'
import { jsonRows } from './json-rows.ts'

const keyColumns = 'list uuid, invitee int'
const keyTable = (keys: readonly DirtyKey[]) => jsonRows(keys, keyColumns)

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
      await db.execute(sql`
        insert into admissions (tenant, event, list, invitee_no)
        select ${tenant}, ${event}, k.list, k.invitee from ${keyTable(keys)}
        order by k.list, k.invitee
        on conflict (tenant, list, invitee_no) do update set dirty_ms = null where false`)
    },

    async findScans(event, keys) {
      const rows = await queryRows<ScanRow>(
        db,
        sql`with named as materialized (
              select k.list, k.invitee, s.*
              from ${keyTable(keys)} cross join lateral (
                select s.device, s.hash, s.bytes, s.id, s.quarantine from scans s
                where s.tenant = ${tenant} and s.event = ${event}
                  and s.list = k.list and s.invitee_no = k.invitee offset 0) as s
            ), found as (
              select list, invitee, device, hash, bytes, quarantine from named
              union all
              select n.list, n.invitee, v.*
              from named n cross join lateral (
                select v.device, v.hash, v.bytes, v.quarantine from scans v
                where v.tenant = ${tenant} and v.event = ${event}
                  and v.target = n.id and v.act = 'void' offset 0) as v
            )
            select f.list, f.invitee, encode(f.hash, 'hex') as hash, f.bytes, f.quarantine, d.no
            from found f cross join lateral (
              select d.no from devices d
              where d.tenant = ${tenant} and d.id = f.device offset 0) as d`,
      )
      return rows.map((row) => ({
        key: { list: row.list as ListId, invitee: row.invitee as InviteeNo },
        scan: toScan(row),
      }))
    },

    async findContacts(devices) {
      if (devices.length === 0) return []
      const rows = await queryRows<Record<string, unknown>>(
        db,
        sql`select distinct device, node, epoch, head_seq as "headSeq",
              encode(head_hash, 'hex') as "headHash", mono_ms::float8 as "monoMs",
              wall_ms::float8 as "wallMs", ti_ms::float8 as "tiMs", tr_ms::float8 as "trMs"
            from contacts
            where tenant = ${tenant} and device = any(${pgArray('uuid', devices)})`,
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
        sql`select i.no as invitee, encode(t.digest, 'hex') as digest, t.state,
              t.state_ms::float8 as at
            from unnest(${pgArray('integer', invitees)}) as n(no)
            cross join lateral (
              select i.id, i.no from invitees i
              where i.tenant = ${tenant} and i.event = ${event} and i.no = n.no offset 0) as i
            cross join lateral (
              select t.digest, t.state, t.state_ms from tickets t
              where t.tenant = ${tenant} and t.invitee = i.id offset 0) as t`,
      )
      return rows.map(({ invitee, digest, state, at }) => ({
        invitee: invitee as InviteeNo,
        ticket: { digest: digest as Digest, state: state as TicketState, stateAtMs: at },
      }))
    },

    async readLists(event) {
      const [zone] = await queryRows<{ zone: string }>(
        db,
        sql`select time_zone as zone from events where tenant = ${tenant} and id = ${event}`,
      )
      const rows = await queryRows<{ id: string; name: string; config: object }>(
        db,
        sql`select id, name, config from lists where tenant = ${tenant} and event = ${event}`,
      )
      const lists = rows.map(({ id, name, config }) => ({ ...config, id, name }) as CheckInList)
      return { lists, timeZone: zone?.zone ?? 'UTC' }
    },

    async findIncidents(event, keys) {
      const rows = await queryRows<Record<string, unknown>>(
        db,
        sql`select ${incidentColumns} from ${keyTable(keys)} cross join lateral (
              select n.* from incidents n
              where n.tenant = ${tenant} and n.event = ${event}
                and n.list = k.list and n.invitee_no = k.invitee offset 0) as n`,
      )
      return rows.map(toKnownIncident)
    },

    async saveAdmissions(event, admissions) {
      const rows = admissions.map(({ key, inside, people, firstMs }) => ({
        ...key,
        inside,
        people,
        first_ms: firstMs === null ? null : Math.floor(firstMs),
      }))
      const table = jsonRows(rows, `${keyColumns}, inside bool, people int, first_ms bigint`)
      await db.execute(sql`
        insert into admissions (tenant, event, list, invitee_no, inside, people, first_ms,
                                reconciled_ms)
        select ${tenant}, ${event}, k.list, k.invitee, k.inside, k.people, k.first_ms,
          (extract(epoch from clock_timestamp()) * 1000)::bigint
        from ${table}
        on conflict (tenant, list, invitee_no) do update set inside = excluded.inside,
          people = excluded.people, first_ms = excluded.first_ms, dirty_ms = null,
          reconciled_ms = excluded.reconciled_ms`)
      const invitees = [...new Set(rows.map(({ invitee }) => invitee))]
      await db.execute(sql`
        with changed as materialized (
          select i.id, now.state
          from unnest(${pgArray('integer', invitees)}) as n(no)
          cross join lateral (
            select case
                when bool_or(a.first_ms is not null and exists (
                  select from gifts g where g.tenant = ${tenant} and g.id = a.list))
                then 'gift_claimed'
                when bool_or(a.first_ms is not null) then 'checked_in' else 'pending' end as state
            from admissions a
            where a.tenant = ${tenant} and a.event = ${event} and a.invitee_no = n.no) as now
          cross join lateral (
            select i.id from invitees i
            where i.tenant = ${tenant} and i.event = ${event} and i.no = n.no
              and i.state <> now.state offset 0) as i
        )
        update invitees i set state = changed.state from changed
        where i.tenant = ${tenant} and i.id = changed.id`)
    },

    ...createIncidentWriter({ db, tenant }),

    async saveRulings(event, rulings) {
      if (rulings.length === 0) return
      const rows = rulings.map((row) => ({
        ...row.key,
        id: row.id,
        hash: row.hash,
        kind: row.ruling.kind,
        by: row.ruling.kind === 'confirmed' ? null : row.ruling.by,
        estimate: Math.round(row.estimateMs),
        lo: row.loMs === null ? null : Math.floor(row.loMs),
        hi: row.hiMs === null ? null : Math.ceil(row.hiMs),
        quarantined: row.quarantined,
      }))
      const columns = `${keyColumns}, id uuid, hash text, kind text, by uuid, estimate bigint,
        lo bigint, hi bigint, quarantined bool`
      // Hashes are decoded first: row security lets no index be searched by what such a function
      // gives. Each changed ruling has a revision of its own, so that a page of a pull may end anywhere.
      await db.execute(sql`
        with asked as materialized (
          select k.*, decode(k.hash, 'hex') as scan_hash from ${jsonRows(rows, columns)}
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
        select ${tenant}, scan_hash, id, ${event}, list, invitee, kind, by,
               estimate, lo, hi, quarantined, line.base + place
        from changed, line
        on conflict (tenant, scan_hash) do update set kind = excluded.kind, by = excluded.by,
          estimate_ms = excluded.estimate_ms, lo_ms = excluded.lo_ms, hi_ms = excluded.hi_ms,
          quarantined = excluded.quarantined, revision = excluded.revision`)
    },
  }
}

interface ScanRow extends Readonly<Record<string, unknown>> {
  readonly list: string
  readonly invitee: number
  readonly hash: string
  readonly bytes: string
  readonly quarantine: string | null
  readonly no: number
}

/** The body is what was chained: parsed and checked when it was stored, so trusted here. */
function toScan({ bytes, no, hash, invitee, quarantine }: ScanRow): Scan {
  return {
    body: JSON.parse(bytes),
    deviceNo: no as DeviceNo,
    hash: hash as ScanHash,
    invitee: invitee as InviteeNo,
    quarantine: quarantine as Quarantine | null,
  }
}
