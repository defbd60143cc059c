import type { TenantId } from '@eventpass/domain'

export interface GatherLimits {
  /** Batches that are under way at the same time. */
  readonly underWayMax: number
  readonly perBatchMax: number
}

interface Waiting<Item, Answer> {
  readonly item: Item
  readonly resolve: (answer: Promise<Answer> | Answer) => void
}

/**
 * Does one thing for many callers at once, so that they share a statement and its flush to the disk.
 *
 * Nobody waits for company: a call goes out at the end of this turn of the event loop unless enough
 * batches are under way, and what comes meanwhile goes out together. Where a batch fails each of it is tried `alone`, so that none suffers
 * from another; that is safe since what comes here may be done twice.
 */
export function createGatherer<Item, Answer>(
  { underWayMax, perBatchMax }: GatherLimits,
  together: (tenant: TenantId, items: readonly Item[]) => Promise<readonly Answer[]>,
): (tenant: TenantId, item: Item) => Promise<Answer> {
  const waitingByTenant = new Map<TenantId, Waiting<Item, Answer>[]>()
  let underWay = 0
  let pumping = false

  const alone = async (tenant: TenantId, item: Item) =>
    (await together(tenant, [item]))[0] as Answer

  const run = async (tenant: TenantId, batch: readonly Waiting<Item, Answer>[]) => {
    try {
      const answers = await together(
        tenant,
        batch.map(({ item }) => item),
      )
      for (const [at, { resolve }] of batch.entries()) resolve(answers[at] as Answer)
    } catch (error) {
      const [only, ...others] = batch
      if (only && others.length === 0) only.resolve(Promise.reject(error))
      else for (const { item, resolve } of batch) resolve(alone(tenant, item))
    }
  }

  /** Tenants take turns: who has just been served goes to the end. */
  const pump = () => {
    pumping = false
    while (underWay < underWayMax) {
      const next = waitingByTenant.entries().next().value
      if (!next) return
      const [tenant, waiting] = next
      const batch = waiting.splice(0, perBatchMax)
      waitingByTenant.delete(tenant)
      if (waiting.length > 0) waitingByTenant.set(tenant, waiting)
      underWay += 1
      void run(tenant, batch).finally(() => {
        underWay -= 1
        pumpSoon()
      })
    }
  }

  /** Once what is here already has been read: answers that came together ask on together. */
  const pumpSoon = () => {
    if (!pumping) setImmediate(pump)
    pumping = true
  }

  return (tenant, item) =>
    new Promise((resolve) => {
      const waiting = waitingByTenant.get(tenant) ?? []
      waiting.push({ item, resolve })
      waitingByTenant.set(tenant, waiting)
      pumpSoon()
    })
}
