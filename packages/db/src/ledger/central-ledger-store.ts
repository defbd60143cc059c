import type { CentralLedger, PushingDevice } from '@eventpass/api'
import type { Digest, InviteeNo, ListId, ScanHash } from '@eventpass/domain'
import { sql } from 'drizzle-orm'
import { pgArray } from '../pg-array.ts'
import { queryRows } from '../query-rows.ts'
import type { TenantScope } from '../tenant-scope.ts'
import { createIncidentRaiser } from './incident-raiser.ts'
import { jsonRows } from './json-rows.ts'
import { scanColumns, toScanRow, toTextRows } from './scan-rows.ts'

/** Keys that one outbox row, and so one reconcile pass, carries at most. */
const keysPerMessageMax = 1_000

type KeyRow = { readonly list: string; readonly invitee: number }

const toKey = ({ list, invitee }: KeyRow) => ({
  list: list as ListId,
  invitee: Number(invitee) as InviteeNo,
})

/** Central's ledger in Postgres or PGlite. Nothing of a scan is overwritten but what the chain alone tells. */
export function createCentralLedger({ db, tenant }: TenantScope): CentralLedger {
  return {
    async lockDevice(device) {
      // The row is the lock that makes pushes of one device queue up behind each other.
      const [row] = await queryRows<Record<string, unknown>>(
        db,
        sql`select event, no, state, encode(sign_key, 'base64') as sign_key, through_seq,
              encode(through_hash, 'hex') as through_hash, retired_head_seq, fork_seq
            from devices
            where tenant = ${tenant} and id = ${device}
              and state in ('active', 'revoked', 'retired', 'pair_anew')
            for update`,
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

    async findLink(device, hash) {
      const [row] = await queryRows<{
        seq: number
        epoch: number
        mono: number
        connected: boolean
      }>(
        db,
        sql`select seq, epoch, mono_ms::float8 as mono, connected from scans
            where tenant = ${tenant} and device = ${device} and hash = decode(${hash}, 'hex')
            limit 1`,
      )
      return row
        ? { seq: row.seq, epoch: row.epoch, monoMs: row.mono, connected: row.connected }
        : null
    },

    async findInvitees(event, digests) {
      if (digests.length === 0) return new Map()
      const rows = await queryRows<{ digest: string; no: number }>(
        db,
        sql`select encode(t.digest, 'hex') as digest, i.no
            from tickets t join invitees i on i.tenant = t.tenant and i.id = t.invitee
            where t.tenant = ${tenant} and t.event = ${event}
              and t.digest in (select decode(d, 'hex') from unnest(${pgArray('text', digests)}) d)`,
      )
      return new Map(rows.map(({ digest, no }) => [digest as Digest, no as InviteeNo]))
    },

    async insertScans(device, event, scans) {
      const stored = await queryRows<{ hash: string }>(
        db,
        sql`insert into scans (tenant, device, event, seq, hash, prev, bytes, id, epoch, mono_ms,
              wall_ms, list, gate, act, input, role, digest, verdict, reason, tier, forced,
              force_sent, answers, target, revision, invitee_no, quarantine, connected, received_ms)
            select ${tenant}, ${device}, ${event}, seq, decode(hash, 'hex'), decode(prev, 'hex'),
              bytes, id, epoch, mono_ms, wall_ms, list, gate, act, input, role,
              decode(digest, 'hex'), verdict, reason, tier, forced, force_sent, answers, target,
              revision, invitee_no, quarantine, connected,
              (extract(epoch from clock_timestamp()) * 1000)::bigint
            from ${jsonRows(scans.map(toScanRow), scanColumns)}
            on conflict (device, seq, hash) do nothing
            returning encode(hash, 'hex') as hash`,
      )
      const hashes = new Set(stored.map(({ hash }) => hash as ScanHash))
      const texts = toTextRows(scans.filter(({ hash }) => hashes.has(hash)))
      if (texts.length > 0) {
        await db.execute(sql`
          insert into scan_texts (tenant, scan_hash, field, salt, text)
          select ${tenant}, decode(hash, 'hex'), field, salt, text
          from ${jsonRows(texts, 'hash text, field text, salt text, text text')}
          on conflict do nothing`)
      }
      return hashes
    },

    async findFork(device, seqs) {
      const [row] = await queryRows<{ seq: number | null }>(
        db,
        sql`select min(seq) as seq from (
              select seq from scans
              where tenant = ${tenant} and device = ${device}
                and seq = any(${pgArray('integer', seqs)})
              group by seq having count(*) > 1) as twice`,
      )
      return row?.seq ?? null
    },

    async quarantineFrom(device, seq) {
      const rows = await queryRows<KeyRow>(
        db,
        sql`with recursive walk as (
              select seq, hash, encode(hash, 'hex') as branch from scans
              where tenant = ${tenant} and device = ${device} and seq = ${seq}
              union all
              select s.seq, s.hash, w.branch from scans s
              join walk w on s.seq = w.seq + 1 and s.prev = w.hash
              where s.tenant = ${tenant} and s.device = ${device}
            )
            update scans s set branch = w.branch, quarantine = coalesce(s.quarantine, 'after_fork')
            from walk w
            where s.tenant = ${tenant} and s.device = ${device}
              and s.seq = w.seq and s.hash = w.hash
              and (s.branch <> w.branch or s.quarantine is null)
            returning s.list, s.invitee_no as invitee`,
      )
      return rows.filter(({ invitee }) => invitee !== null).map(toKey)
    },

    async connectOnwards(device, from) {
      const rows = await queryRows<{ seq: number; hash: string }>(
        db,
        sql`with recursive walk as (
              select seq, hash from scans
              where tenant = ${tenant} and device = ${device} and seq = ${from.seq + 1}
                and prev = decode(${from.hash}, 'hex')
              union all
              select s.seq, s.hash from scans s
              join walk w on s.seq = w.seq + 1 and s.prev = w.hash
              where s.tenant = ${tenant} and s.device = ${device}
            )
            update scans s set connected = true from walk w
            where s.tenant = ${tenant} and s.device = ${device}
              and s.seq = w.seq and s.hash = w.hash
            returning s.seq, encode(s.hash, 'hex') as hash`,
      )
      const reached = rows.map(({ seq, hash }) => ({ seq, hash: hash as ScanHash }))
      return reached.reduce((far, next) => (next.seq > far.seq ? next : far), from)
    },

    async saveHead(device, { seq, hash }) {
      await db.execute(sql`update devices
        set through_seq = ${seq}, through_hash = decode(${hash}, 'hex')
        where tenant = ${tenant} and id = ${device}`)
    },

    async markFork(device, seq) {
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
        sql`select distinct s.list, s.invitee_no as invitee from scans s
            where s.tenant = ${tenant} and s.device = ${device} and s.verdict = 'admit'
              and s.invitee_no is not null and s.seq <= ${headSeq}
              and s.seq > coalesce((select max(c.head_seq) from contacts c
                where c.tenant = ${tenant} and c.device = ${device}
                  and c.head_seq < ${headSeq}), 0)
              and exists (select from scans o
                where o.tenant = ${tenant} and o.event = s.event and o.list = s.list
                  and o.invitee_no = s.invitee_no and o.verdict = 'admit' and o.hash <> s.hash)`,
      )
      return rows.map(toKey)
    },

    raise: createIncidentRaiser({ db, tenant }),

    async quarantinePush(device, reason, bytes) {
      await db.execute(sql`
        insert into quarantined_pushes (tenant, event, device, bytes, reason, received_ms)
        select ${tenant}, event, id, ${bytes}, ${reason},
          (extract(epoch from clock_timestamp()) * 1000)::bigint
        from devices where tenant = ${tenant} and id = ${device}`)
    },

    async enqueueDirty(event, keys) {
      const distinct = [...new Map(keys.map((key) => [`${key.list}/${key.invitee}`, key])).values()]
      for (let at = 0; at < distinct.length; at += keysPerMessageMax) {
        const page = distinct.slice(at, at + keysPerMessageMax)
        const body = JSON.stringify({ event, keys: page.map((key) => [key.list, key.invitee]) })
        await db.execute(sql`
          insert into outbox (tenant, topic, key, created_ms)
          values (${tenant}, 'reconcile', ${body}::jsonb,
            (extract(epoch from clock_timestamp()) * 1000)::bigint)`)
      }
    },
  }
}

function base64url(base64: string): string {
  return base64.replace(/\s/g, '').replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}
