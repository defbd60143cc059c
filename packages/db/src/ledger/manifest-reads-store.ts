import type { ManifestReads, PullingDevice } from '@eventpass/api'
import type { CheckInList, Digest, GateId, ManifestFrame } from '@eventpass/domain'
import { type HeardScan, rowToTicket, type TicketRow, type VectorEntry } from '@eventpass/sync'
import { type SQL, sql } from 'drizzle-orm'
import { queryRows } from '../query-rows.ts'
import type { TenantScope } from '../tenant-scope.ts'
import { jsonRows } from './json-rows.ts'

/** What a replica holds of a ticket, as the wire's row (`TicketRow`); nothing else leaves by these reads. */
export const ticketRowSql = sql`json_build_array(encode(t.digest, 'hex'), i.no, i.name, i.category,
  t.state, t.state_ms, case when i.blocked then 1 else 0 end, t.valid_from_ms, t.valid_until_ms,
  i.party, i.notice)`

/** Reads of the two streams. Marks are read before what they bound, so that nothing slips between (SY5). */
export function createManifestReads({ db, tenant }: TenantScope): ManifestReads {
  const one = async <Row extends Readonly<Record<string, unknown>>>(query: SQL) =>
    (await queryRows<Row>(db, query))[0]

  return {
    async getDevice(device) {
      const row = await one<Record<string, unknown>>(
        sql`select event, no as "deviceNo", state, list, gate,
              held_revision::float8 as "heldRevision",
              translate(encode(wrap_key, 'base64'), E'+/=\n', '-_') as "wrapKey"
            from devices where tenant = ${tenant} and id = ${device}
              and state in ('active', 'revoked', 'retired', 'pair_anew')`,
      )
      return (row as unknown as PullingDevice) ?? null
    },

    async revisions(event) {
      const row = await one<{ manifest: number; frame: number; rulings: number }>(
        sql`select manifest_revision::float8 as manifest, frame_revision::float8 as frame,
              rulings_revision::float8 as rulings
            from event_revisions where tenant = ${tenant} and event = ${event}`,
      )
      return row ?? { manifest: 0, frame: 0, rulings: 0 }
    },

    async readFrame(event) {
      const row = await one<{ frame: object }>(sql`
        select json_build_object(
          'eventName', e.name,
          'categories', coalesce((select json_agg(c.name order by c.idx) from categories c
             where c.tenant = ${tenant} and c.event = e.id), '[]'::json),
          'lists', coalesce((select json_agg(json_build_object('id', l.id, 'name', l.name,
             'config', l.config) order by l.name) from lists l
             where l.tenant = ${tenant} and l.event = e.id), '[]'::json),
          'gates', coalesce((select json_agg(json_build_object('id', g.id, 'name', g.name)
             order by g.name) from gates g where g.tenant = ${tenant} and g.event = e.id),
             '[]'::json),
          'policy', e.policy, 'timeZone', e.time_zone) as frame
        from events e where e.tenant = ${tenant} and e.id = ${event}`)
      return toFrame(row?.frame)
    },

    async countTickets(event) {
      const row = await one<{ count: number }>(
        sql`select count(*)::int as count from tickets
            where tenant = ${tenant} and event = ${event}`,
      )
      return row?.count ?? 0
    },

    async countChanges(event, since, upTo) {
      const row = await one<{ count: number }>(
        sql`select count(*)::int as count from tickets where tenant = ${tenant}
              and event = ${event} and revision > ${since} and revision <= ${upTo}`,
      )
      return row?.count ?? 0
    },

    async findChanges(event, since, upTo, limit) {
      const cut = await one<{ revision: number }>(
        sql`select revision::float8 as revision from tickets
            where tenant = ${tenant} and event = ${event}
              and revision > ${since} and revision <= ${upTo}
            order by revision offset ${limit} limit 1`,
      )
      const through = cut?.revision ?? upTo
      const tickets = await queryRows<{ row: TicketRow }>(
        db,
        sql`select ${ticketRowSql} as row
            from tickets t join invitees i on i.tenant = t.tenant and i.id = t.invitee
            where t.tenant = ${tenant} and t.event = ${event}
              and t.revision > ${since} and t.revision <= ${through}
            order by t.revision, t.digest`,
      )
      const gone = await queryRows<{ digest: string }>(
        db,
        sql`select encode(digest, 'hex') as digest from tombstones
            where tenant = ${tenant} and event = ${event}
              and revision > ${since} and revision <= ${through}
            order by revision, digest`,
      )
      return {
        tickets: tickets.map(({ row }) => rowToTicket(row)),
        gone: gone.map(({ digest }) => digest as Digest),
        through,
      }
    },

    async findScansBeyond(event, vector, limit) {
      const told = vector.map(([no, branch, seq]) => ({ no, branch, seq }))
      const rows = await queryRows<Record<string, unknown>>(
        db,
        sql`with told as materialized (select * from ${jsonRows(told, 'no int, branch text, seq int')})
            select s.id, d.no as "deviceNo", s.branch, s.seq,
              coalesce(s.invitee_no, n.invitee_no) as invitee, s.list, s.gate,
              s.act, s.forced, s.target, coalesce(r.estimate_ms, s.received_ms)::float8 as "atMs",
              r.kind, r.by
            from devices d
            cross join lateral (
              select * from scans s
              where s.event = ${event} and s.device = d.id and s.tenant = ${tenant} and s.connected
                and s.seq > case when d.fork_seq is null
                  then coalesce((select max(t.seq) from told t where t.no = d.no), 0) else 0 end
                and s.seq > coalesce((select max(t.seq) from told t
                  where t.no = d.no and t.branch = s.branch), 0)
                and (s.verdict = 'admit' or s.act = 'void')
              order by s.branch, s.seq limit ${limit}
            ) s
            left join rulings r on r.tenant = ${tenant} and r.scan_hash = s.hash
            left join lateral (
              -- A void names a scan, not a ticket: whom it is about stands with its target.
              select t.invitee_no from scans t
              where t.tenant = ${tenant} and t.event = ${event} and t.id = s.target limit 1
            ) n on s.target is not null
            where d.tenant = ${tenant} and d.event = ${event}
              and coalesce(s.invitee_no, n.invitee_no) is not null
            order by d.no, s.branch, s.seq limit ${limit}`,
      )
      return rows.map(toHeard)
    },

    async findHeads(event) {
      const rows = await queryRows<{ no: number; branch: string; seq: number }>(
        db,
        sql`select no, '' as branch, through_seq as seq from devices
            where tenant = ${tenant} and event = ${event} and fork_seq is null and through_seq > 0
            union all
            select d.no, s.branch, max(s.seq) from devices d
            join scans s on s.tenant = ${tenant} and s.event = ${event} and s.device = d.id
              and s.connected
            where d.tenant = ${tenant} and d.event = ${event} and d.fork_seq is not null
            group by d.no, s.branch`,
      )
      return rows.map(({ no, branch, seq }) => [no, branch, seq] as VectorEntry)
    },

    async findRulingsSince(event, since, limit) {
      const rows = await queryRows<Record<string, unknown>>(
        db,
        sql`select revision::float8 as revision, scan_id as id, kind, by,
              estimate_ms::float8 as "atMs"
            from rulings
            where tenant = ${tenant} and event = ${event} and revision > ${since}
            order by revision limit ${limit}`,
      )
      return rows.map((row) => ({
        revision: Number(row.revision),
        id: row.id as HeardScan['id'],
        ruling: toRuling(row),
        atMs: Number(row.atMs),
      }))
    },

    async findKeys(event) {
      return queryRows<{ kid: number; retired: boolean }>(
        db,
        sql`select kid, retired_ms is not null as retired from event_keys
            where tenant = ${tenant} and event = ${event} order by kid`,
      )
    },
  }
}

/** Central's rows as the frame that replicas hold. */
export function toFrame(row: unknown): ManifestFrame {
  const frame = row as {
    eventName: string
    categories: string[]
    lists: { id: string; name: string; config: object }[]
    gates: { id: GateId; name: string }[]
    policy: object
    timeZone: string
  }
  return {
    eventName: frame.eventName,
    categories: frame.categories,
    lists: frame.lists.map(({ id, name, config }) => ({ ...config, id, name }) as CheckInList),
    gates: frame.gates,
    policy: { ...frame.policy, timeZone: frame.timeZone } as ManifestFrame['policy'],
  }
}

function toHeard({ kind, by, ...row }: Record<string, unknown>): HeardScan {
  return { ...row, ruling: kind === null ? null : toRuling({ kind, by }) } as HeardScan
}

function toRuling({ kind, by }: Record<string, unknown>): NonNullable<HeardScan['ruling']> {
  return (kind === 'confirmed' ? { kind } : { kind, by }) as NonNullable<HeardScan['ruling']>
}
