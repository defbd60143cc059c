import type { TenantId } from '@eventpass/domain'
import type { Broker } from './broker.ts'
import type { OutboxRow, OutboxStore } from './outbox-store.ts'

/** Rows of one tenant that a pass takes; the rest wait for the next pass, at once. */
const relayBatchMax = 200
/** Tenants that are looked up in one go; a pass goes through all of them. */
const tenantsPerPage = 100

export interface Relayed {
  readonly published: number
  /** Some tenant had more rows than one pass takes. */
  readonly more: boolean
  /** Age of the oldest row that was published, in ms; 0 where there was none. */
  readonly lagMs: number
}

/**
 * Hands every tenant's waiting outbox rows to the broker, a batch each, so that none waits behind
 * another's load. Relays may compete: a row that one holds is skipped by the others.
 *
 * A crash in between publishes a row again, under the same id; consumers dedupe. Where the broker
 * refuses, what it took before is marked and the first refusal is thrown.
 */
export async function relayOutbox(deps: {
  readonly outbox: OutboxStore
  readonly broker: Pick<Broker, 'publish'>
}): Promise<Relayed> {
  const { outbox, broker } = deps
  let total: Relayed = { published: 0, more: false, lagMs: 0 }
  let after: TenantId | null = null
  for (;;) {
    const page: readonly TenantId[] = await outbox.findTenants(after, tenantsPerPage)
    for (const tenant of page) {
      let oldestMs = 0
      const { published, fault } = await outbox.relay(tenant, relayBatchMax, async (row) => {
        await broker.publish(row.topic, messageOf(tenant, row), row.delayMs)
        oldestMs = Math.max(oldestMs, row.ageMs)
      })
      if (fault !== null) throw fault
      total = {
        published: total.published + published,
        more: total.more || published >= relayBatchMax,
        lagMs: Math.max(total.lagMs, oldestMs),
      }
    }
    after = page.at(-1) ?? null
    if (page.length < tenantsPerPage) return total
  }
}

/** A message names its row and carries nothing of it: what is to be done stands in the database. */
function messageOf(tenant: TenantId, { row }: OutboxRow) {
  return { id: `${tenant}:${row}`, body: JSON.stringify({ tenant, row }) }
}
