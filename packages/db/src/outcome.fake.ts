import { createHash } from 'node:crypto'
import { reconcileKeys } from '@eventpass/api'
import type { EventId, InviteeNo, ListId, TenantId } from '@eventpass/domain'
import { sql } from 'drizzle-orm'
import type { Database } from './database.ts'
import { queryRows } from './query-rows.ts'
import { createTenancy } from './tenancy.ts'

/** What became of everything that was pushed for an event. */
export interface Outcome {
  readonly scans: number
  /** Scans that admit somebody known and have no ruling. */
  readonly unruled: number
  /** Rulings, admissions and incidents, without the times at which they were written. */
  readonly hash: string
  readonly incidents: number
}

/** Rows of the outbox of all tenants: those that ask for something now, and those for a person. */
export async function countOutbox(
  database: Database,
): Promise<{ readonly waiting: number; readonly parked: number }> {
  const [row] = await queryRows<{ waiting: string; parked: string }>(
    database.drizzle,
    sql`select count(*) filter (where parked_ms is null and delay_ms = 0) as waiting,
          count(parked_ms) as parked from outbox`,
  )
  return { waiting: Number(row?.waiting), parked: Number(row?.parked) }
}

export async function readOutcome(database: Database, event: EventId): Promise<Outcome> {
  const { drizzle } = database
  const [scans] = await queryRows<{ all: string; unruled: string }>(
    drizzle,
    sql`select count(*) as all, count(*) filter (where s.verdict = 'admit'
            and s.invitee_no is not null and r.scan_hash is null) as unruled
        from scans s left join rulings r on r.tenant = s.tenant and r.scan_hash = s.hash
        where s.event = ${event}`,
  )
  const parts = [
    sql`select encode(scan_hash, 'hex') as h, kind, by::text as by, quarantined from rulings
        where event = ${event} order by 1`,
    sql`select list::text as list, invitee_no, inside, people from admissions
        where event = ${event} order by 1, 2`,
    sql`select key, kind, status, scans from incidents where event = ${event} order by 1`,
  ]
  const hash = createHash('sha256')
  let incidents = 0
  for (const part of parts) {
    const rows = await queryRows(drizzle, part)
    hash.update(JSON.stringify(rows))
    incidents = rows.length
  }
  return {
    scans: Number(scans?.all),
    unruled: Number(scans?.unruled),
    hash: hash.digest('hex'),
    incidents,
  }
}

/** Rules over every key of the event once more: what is there already must not change (LG1). */
export async function ruleAllAgain(
  database: Database,
  tenant: TenantId,
  event: EventId,
): Promise<void> {
  const keys = await queryRows<{ list: string; invitee: number }>(
    database.drizzle,
    sql`select distinct list::text as list, invitee_no as invitee from scans
        where event = ${event} and invitee_no is not null`,
  )
  await reconcileKeys(
    createTenancy(database.drizzle),
    tenant,
    event,
    keys.map(({ list, invitee }) => ({ list: list as ListId, invitee: invitee as InviteeNo })),
  )
}
