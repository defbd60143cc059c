import type { ClaimStore, DirtyKey } from '@eventpass/api'
import { sql } from 'drizzle-orm'
import { jsonRows } from '../ledger/json-rows.ts'
import { pgArray } from '../pg-array.ts'
import { queryRows } from '../query-rows.ts'
import type { WritingScope } from '../tenant-scope.ts'
import { insertClaims } from './insert-claims.ts'
import { readClaimFacts, type StatementPlace } from './read-claim-facts.ts'
import { endClaims, fatesByLedger, settleScans } from './settle-claims.ts'

/** Claims in Postgres or PGlite. The partial unique indexes decide; nothing here looks before it writes. */
export function createClaimStore(scope: WritingScope): ClaimStore {
  const { db, tenant } = scope
  const place: StatementPlace = { db, tenant, binds: false }
  return {
    readFacts: (claim) => readClaimFacts(place, null, claim),

    async lockKey(list, invitee) {
      await db.execute(
        sql`select pg_advisory_xact_lock(hashtextextended(${`claim/${list}/${invitee}`}, 0))`,
      )
    },

    async insert(row) {
      const [stored = false] = await insertClaims(place, [row])
      scope.onCommit.outboxWritten ||= stored
      return stored
    },

    async takeGift({ claim, event, invitee, late }) {
      if (late === 'voided') return true
      // A row that is there was counted when its scan was ruled on; the log is locked before the gift.
      const [outcome] = await queryRows<{ logged: boolean; taken: boolean }>(
        db,
        sql`with logged as (
              insert into gift_logs (tenant, id, event, gift, invitee_no, device, at_ms)
              values (${tenant}, ${claim.op}, ${event}, ${claim.list}, ${invitee}, ${claim.device},
                (extract(epoch from clock_timestamp()) * 1000)::bigint)
              on conflict do nothing returning gift
            ), taken as (
              update gifts g set taken = g.taken + 1 from logged
              where g.tenant = ${tenant} and g.id = logged.gift
                and (g.stock is null or g.taken < g.stock)
              returning g.id
            )
            select exists (select from logged) as logged, exists (select from taken) as taken`,
      )
      if (outcome?.taken || !outcome?.logged) return true
      await db.execute(sql`delete from gift_logs where tenant = ${tenant} and id = ${claim.op}`)
      return false
    },

    async refuse({ device, op }, answer) {
      await db.execute(sql`update claims
        set outcome = ${answer.outcome}, answer = ${JSON.stringify(answer)}::jsonb
        where tenant = ${tenant} and device = ${device} and op = ${op}`)
    },

    takeOver: (device, op) =>
      endClaims(
        scope,
        sql`select device, op, 'taken_over' as fate from claims
            where tenant = ${tenant} and device = ${device} and op = ${op} and settled_ms is null`,
      ),

    fence: (device, epoch, headSeq) =>
      endClaims(
        scope,
        sql`select device, op, 'fence' as fate from claims
            where tenant = ${tenant} and device = ${device} and epoch < ${epoch}
              and seq > ${headSeq} and outcome = 'accepted' and settled_ms is null
              and voided_ms is null`,
      ),

    settle: (device, scans) => settleScans(scope, device, scans),

    settleKeys: (event, keys) =>
      endClaims(
        scope,
        fatesByLedger(
          tenant,
          sql`select c.* from ${jsonRows(keys, 'list uuid, invitee int')} join claims c
                on c.tenant = ${tenant} and c.event = ${event} and c.list = k.list
                and c.invitee_no = k.invitee and c.outcome = 'accepted'
                and c.settled_ms is null and c.voided_ms is null`,
        ),
      ),

    findLost: (device, ops) =>
      queryRows<DirtyKey & Record<string, unknown>>(
        db,
        sql`select list, invitee_no as invitee from claims
            where tenant = ${tenant} and device = ${device} and op = any(${pgArray('uuid', ops)})
              and outcome <> 'accepted' and invitee_no is not null`,
      ),
  }
}
