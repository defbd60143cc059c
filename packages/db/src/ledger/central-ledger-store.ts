import type { CentralLedger, PushingDevice } from '@eventpass/api'
import type { Digest, InviteeNo, LedgerHead, ListId } from '@eventpass/domain'
import { sql } from 'drizzle-orm'
import { enqueue } from '../outbox/tenant-outbox.ts'
import { pgArray } from '../pg-array.ts'
import { prepared } from '../prepared.ts'
import { queryRows } from '../query-rows.ts'
import type { WritingScope } from '../tenant-scope.ts'
import { linkColumns, linkOf } from './chain-links.ts'
import { createIncidentWriter, incidentColumns, toKnownIncident } from './incident-writer.ts'
import { jsonRows } from './json-rows.ts'
import { scanArrays, scanColumns, toTextRows } from './scan-rows.ts'

/** Keys that one outbox row, and so one reconcile pass, carries at most. */
const keysPerMessageMax = 1_000
/**
 * Scans that one statement inserts. Their texts stay below 128 KiB then: beyond that V8, and Postgres
 * as well, fetch new memory for each text and give it back, which costs more than the rows do.
 */
const scansPerInsertMax = 100
/** Greater than every number of a chain. */
const seqMax = 2 ** 31 - 1

type KeyRow = { readonly list: string; readonly invitee: number }

const toKey = ({ list, invitee }: KeyRow) => ({
  list: list as ListId,
  invitee: Number(invitee) as InviteeNo,
})

/** Central's ledger in Postgres or PGlite. Nothing of a scan is overwritten but what the chain alone tells. */
export function createCentralLedger(scope: WritingScope): CentralLedger {
  const { db, tenant } = scope
  return {
    async lockDevice(device) {
      // The row is the lock that makes pushes of one device queue up behind each other.
      const [row] = await queryRows<Record<string, unknown>>(
        db,
        prepared(sql`select event, no, state, encode(sign_key, 'base64') as sign_key, through_seq,
              encode(through_hash, 'hex') as through_hash, retired_head_seq, fork_seq
            from devices
            where tenant = ${tenant} and id = ${device}
              and state in ('active', 'revoked', 'retired', 'pair_anew')
            for update`),
      )
      if (!row) return null
      return {
        event: row.event,
        deviceNo: row.no,
        state: row.state,
        signKey: base64url(String(row.sign_key)),
        throughSeq: row.through_seq,
        throughHash: row.through_hash,
        retiredHeadSeq: row.retired_head_seq,
        forkSeq: row.fork_seq,
      } as PushingDevice
    },

    async readTip(device, { seq, hash }) {
      const [tip] = await queryRows<{ highest: number; link: object | null; heads: object[] }>(
        db,
        prepared(sql`select coalesce((select max(seq) from scans
                where tenant = ${tenant} and device = ${device}), 0) as highest,
              (select row_to_json(l) from (select ${linkColumns} from scans
                where tenant = ${tenant} and device = ${device} and seq = ${seq}
                  and hash = decode(${hash}, 'hex')) as l) as link,
              coalesce((select json_agg(distinct jsonb_build_object('seq', head_seq,
                  'hash', encode(head_hash, 'hex')))
                from contacts where tenant = ${tenant} and device = ${device}
                  and head_seq > ${seq}), '[]'::json) as heads`),
      )
      return {
        link: tip?.link ? linkOf(tip.link) : null,
        highestSeq: tip?.highest ?? 0,
        signedHeads: (tip?.heads ?? []) as readonly LedgerHead[],
      }
    },

    async findChain(device, { fromSeq, throughSeq } = { fromSeq: 0, throughSeq: seqMax }) {
      const rows = await queryRows<Record<string, unknown>>(
        db,
        sql`select ${linkColumns} from scans where tenant = ${tenant} and device = ${device}
              and seq between ${fromSeq} and ${throughSeq}`,
      )
      return rows.map(linkOf)
    },

    async findSignedHeads(device) {
      return queryRows<{ seq: number; hash: LedgerHead['hash'] }>(
        db,
        sql`select distinct head_seq as seq, encode(head_hash, 'hex') as hash from contacts
            where tenant = ${tenant} and device = ${device} and head_seq > 0`,
      )
    },

    async findInvitees(event, digests) {
      if (digests.length === 0) return new Map()
      const bytes = digests.map((digest) => `\\x${digest}`)
      const rows = await queryRows<{ place: number; no: number }>(
        db,
        prepared(sql`select k.place::int, i.no
            from unnest(${pgArray('bytea', bytes)}) with ordinality as k(digest, place)
            cross join lateral (
              select t.invitee from tickets t
              where t.tenant = ${tenant} and t.event = ${event} and t.digest = k.digest offset 0
            ) as t cross join lateral (
              select i.no from invitees i
              where i.tenant = ${tenant} and i.id = t.invitee offset 0) as i`),
      )
      return new Map(rows.map(({ place, no }) => [digests[place - 1] as Digest, no as InviteeNo]))
    },

    async insertScans(device, event, scans) {
      for (const page of pagesOf(scans, scansPerInsertMax)) {
        // No `on conflict`, which costs a fifth more: whoever inserts holds the device's row and has
        // looked what is here.
        await db.execute(
          prepared(sql`
            insert into scans (tenant, device, event, received_ms, ${scanColumns})
            select ${tenant}::uuid, ${device}::uuid, ${event}::uuid,
              (extract(epoch from clock_timestamp()) * 1000)::bigint, k.*
            from unnest(${scanArrays(page)}) as k`),
        )
      }
      const texts = toTextRows(scans)
      if (texts.length === 0) return
      await db.execute(sql`
        insert into scan_texts (tenant, scan_hash, field, salt, text)
        select ${tenant}, decode(hash, 'hex'), field, salt, text
        from ${jsonRows(texts, 'hash text, field text, salt text, text text')}
        on conflict do nothing`)
    },

    async saveMarks(device, marks) {
      const columns = 'seq int, hash text, quarantine text, connected bool, branch text'
      // A void names no invitee: what it undoes or no longer undoes stands with its target.
      const rows = await queryRows<KeyRow>(
        db,
        sql`with marked as (
              update scans s set quarantine = k.quarantine, connected = k.connected,
                branch = k.branch
              from ${jsonRows(marks, columns)}
              where s.tenant = ${tenant} and s.device = ${device} and s.seq = k.seq
                and s.hash = decode(k.hash, 'hex')
              returning s.event, s.list, s.invitee_no, s.target
            )
            select list, invitee_no as invitee from marked where invitee_no is not null
            union
            select t.list, t.invitee_no from marked m join scans t
              on t.tenant = ${tenant} and t.event = m.event and t.id = m.target
            where t.invitee_no is not null`,
      )
      return rows.map(toKey)
    },

    async saveHead(device, { seq, hash }) {
      await db.execute(
        prepared(sql`update devices
          set through_seq = ${seq}, through_hash = decode(${hash}, 'hex')
          where tenant = ${tenant} and id = ${device}`),
      )
    },

    async saveFork(device, seq) {
      await db.execute(sql`update devices set fork_seq = ${seq},
          state = case when state = 'active' then 'pair_anew' else state end
        where tenant = ${tenant} and id = ${device}`)
    },

    async findKeysOfScans(event, scans) {
      const rows = await queryRows<KeyRow>(
        db,
        sql`select distinct list, invitee_no as invitee from scans
            where tenant = ${tenant} and event = ${event}
              and id = any(${pgArray('uuid', scans)}) and invitee_no is not null`,
      )
      return rows.map(toKey)
    },

    async findContestedKeys(device, headSeq) {
      const rows = await queryRows<KeyRow>(
        db,
        sql`with bounded as (
              select s.* from scans s
              where s.tenant = ${tenant} and s.device = ${device} and s.verdict = 'admit'
                and s.seq > coalesce((select max(c.head_seq) from contacts c
                  where c.tenant = ${tenant} and c.device = ${device}
                    and c.head_seq < ${headSeq}), 0)
            )
            select s.list, s.invitee_no as invitee from bounded s
            where s.invitee_no is not null and exists (select from scans o
              where o.tenant = ${tenant} and o.event = s.event and o.list = s.list
                and o.invitee_no = s.invitee_no and o.verdict = 'admit' and o.hash <> s.hash)
            union
            -- Whether an undo came in time goes by its own estimate (LG6).
            select t.list, t.invitee_no from bounded v
            join scans t on t.tenant = ${tenant} and t.event = v.event and t.id = v.target
            where v.act = 'void' and t.invitee_no is not null`,
      )
      return rows.map(toKey)
    },

    async findDeviceIncidents(device) {
      const rows = await queryRows<Record<string, unknown>>(
        db,
        sql`select ${incidentColumns} from incidents n
            where n.tenant = ${tenant} and n.device = ${device}
              and n.event = (select event from devices where tenant = ${tenant} and id = ${device})
              and n.kind in ('gap', 'fork', 'clock')`,
      )
      return rows.map(toKnownIncident)
    },

    ...createIncidentWriter({ db, tenant }),

    async quarantinePush(device, reason, bytes, keptMax) {
      await db.execute(sql`
        insert into quarantined_pushes (tenant, event, device, bytes, reason, received_ms)
        select ${tenant}, event, id, ${bytes}, ${reason},
          (extract(epoch from clock_timestamp()) * 1000)::bigint
        from devices where tenant = ${tenant} and id = ${device}
          and (select count(*) from quarantined_pushes q
            where q.tenant = ${tenant} and q.device = ${device}) < ${keptMax}`)
    },

    async quarantineStray(event, device, bytes, keptMax) {
      // Under the event's lock, so that many at once are counted one after the other.
      await db.execute(sql`select pg_advisory_xact_lock(
        hashtextextended('eventpass/stray/' || ${event}::text, 0))`)
      const kept = await queryRows(
        db,
        sql`insert into quarantined_pushes (tenant, event, device, bytes, reason, received_ms)
            select ${tenant}, id, ${device}, ${bytes}, 'unknown_device',
              (extract(epoch from clock_timestamp()) * 1000)::bigint
            from events where tenant = ${tenant} and id = ${event}
              and (select count(*) from quarantined_pushes q where q.tenant = ${tenant}
                and q.event = ${event} and q.reason = 'unknown_device') < ${keptMax}
              and not exists (select from quarantined_pushes q where q.tenant = ${tenant}
                and q.device = ${device} and q.bytes = ${bytes})
            returning id`,
      )
      return kept.length > 0
    },

    async enqueueDirty(event, keys) {
      const distinct = [...new Map(keys.map((key) => [`${key.list}/${key.invitee}`, key])).values()]
      await enqueue(
        scope,
        pagesOf(distinct, keysPerMessageMax).map((page) => ({
          topic: 'reconcile',
          key: { event, keys: page.map((key) => [key.list, key.invitee]) },
          delayMs: 0,
        })),
      )
    },
  }
}

function pagesOf<Row>(rows: readonly Row[], size: number): readonly (readonly Row[])[] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, at) =>
    rows.slice(at * size, (at + 1) * size),
  )
}

function base64url(base64: string): string {
  return base64.replace(/\s/g, '').replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}
