import { consumeNotifications } from '../notifications/consume-notifications.ts'
import { consumeOrders, type ExpiryDeps, sweepOrders } from '../orders/expire-orders.ts'
import type { ConsumeDeps } from '../outbox/consume-outbox.ts'
import { type RelayDeps, runRelay } from '../outbox/run-relay.ts'
import { consumeReconcile, type ReconcileConsumerDeps } from '../reconcile/consume-reconcile.ts'
import type { TenantTx } from '../tenancy/tenancy.ts'
import { type WatchDeps, watchQueues } from './watch-queues.ts'

export type WorkersDeps = ExpiryDeps &
  ConsumeDeps<TenantTx> &
  Omit<RelayDeps, 'onRelayed'> &
  Omit<ReconcileConsumerDeps, 'tx' | 'onReconciled'> &
  WatchDeps

export interface Workers {
  /** Takes nothing more and resolves when what is in flight is durable or given back. */
  readonly stop: () => Promise<void>
}

/**
 * Everything that central does off the request path. It runs in worker processes, as many as one
 * likes, and in the server itself where that is not told otherwise; they compete.
 */
export async function runWorkers(deps: WorkersDeps): Promise<Workers> {
  const { figures } = deps
  const ending = new AbortController()
  const onRelayed: RelayDeps['onRelayed'] = ({ published, lagMs }) => {
    figures.relayed += published
    figures.outboxLagMs = lagMs
  }
  const onReconciled = (keys: number) => {
    figures.reconciled += keys
  }
  const onConsumed = () => {
    figures.consumed += 1
  }
  const consumers = [
    await consumeReconcile({ ...deps, onReconciled, onConsumed }),
    await consumeOrders({ ...deps, onConsumed }),
    await consumeNotifications({ ...deps, onConsumed }),
  ]
  const loops = [
    runRelay({ ...deps, onRelayed }, ending.signal),
    watchQueues(deps, ending.signal),
    sweepOrders(deps, ending.signal),
  ]
  return {
    async stop() {
      ending.abort()
      await Promise.all(loops)
      await Promise.all(consumers.map((consumer) => consumer.stop()))
    },
  }
}
