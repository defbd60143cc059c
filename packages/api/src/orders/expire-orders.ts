import type { EventId, OrderId, TenantId } from '@eventpass/domain'
import { z } from 'zod'
import type { Actor } from '../audit/write-audit.ts'
import type { Subscription } from '../outbox/broker.ts'
import { type ConsumeDeps, consumeOutbox } from '../outbox/consume-outbox.ts'
import { describeCause } from '../outbox/describe-cause.ts'
import type { PlatformDep } from '../platform.ts'
import type { TenancyDep, TenantTx } from '../tenancy/tenancy.ts'
import type { DueOrdersDep } from './order-store.ts'
import { settleOrder } from './settle-order.ts'

const sweepMs = 10_000
const tenantsPerPage = 100
/** Orders of one tenant that a pass ends; the rest wait for the next one, at once. */
const ordersPerPass = 100

const clock: Actor = { who: 'system', requestId: 'order-expiry' }

/** Key of an outbox row of the topic `orders`: this one's time should be over. */
const Due = z.object({ event: z.uuid(), order: z.uuid() })

export interface ExpiryDeps extends TenancyDep, PlatformDep, DueOrdersDep {
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  readonly warn: (sentence: string) => void
}

/** Ends orders promptly, as messages come out of the delay queues. The table decides, never the message. */
export function consumeOrders(deps: PlatformDep & ConsumeDeps<TenantTx>): Promise<Subscription> {
  return consumeOutbox(deps, 'orders', async (tx, _, key) => {
    const { event, order } = Due.parse(key)
    await expireOrder(deps, tx, event as EventId, order as OrderId)
    return () => {}
  })
}

/** Ends whatever is due until the signal is raised, though every message were lost (OR4). */
export async function sweepOrders(deps: ExpiryDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    let more = false
    try {
      more = await expireDueOrders(deps)
    } catch (error) {
      deps.warn(`Orders wait to be expired: ${describeCause(error)}`)
    }
    if (!more) await deps.pause(sweepMs, signal)
  }
}

/** One pass over all tenants. Answers whether some tenant had more than a pass ends. */
export async function expireDueOrders(
  deps: TenancyDep & PlatformDep & DueOrdersDep,
): Promise<boolean> {
  let more = false
  let after: TenantId | null = null
  for (;;) {
    const page: readonly TenantId[] = await deps.dueOrders.findTenants(
      deps.now(),
      after,
      tenantsPerPage,
    )
    for (const tenant of page) {
      const due = await deps.tx(tenant, (tx) => tx.orders.findDue(deps.now(), ordersPerPass))
      for (const { event, order } of due) {
        await deps.tx(tenant, (tx) => expireOrder(deps, tx, event, order))
      }
      more ||= due.length === ordersPerPass
    }
    after = page.at(-1) ?? null
    if (page.length < tenantsPerPage) return more
  }
}

/** Nothing to do where it was settled in time, or is not due by this clock: the sweep comes again. */
async function expireOrder(
  deps: PlatformDep,
  tx: TenantTx,
  event: EventId,
  id: OrderId,
): Promise<void> {
  const order = await tx.orders.lock(event, id)
  if (order?.state !== 'created' || order.dueMs > deps.now()) return
  await settleOrder(deps, tx, clock, order, 'expired')
}
