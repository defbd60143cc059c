import { type Broker, topics } from '../outbox/broker.ts'
import { describeCause } from '../outbox/describe-cause.ts'
import type { OutboxStore } from '../outbox/outbox-store.ts'
import type { WorkFigures } from './work-figures.ts'

const lookEveryMs = 10_000

export interface WatchDeps {
  readonly broker: Pick<Broker, 'countParked' | 'countReady' | 'isUp'>
  readonly outbox: Pick<OutboxStore, 'countParked'>
  readonly figures: WorkFigures
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  readonly warn: (sentence: string) => void
}

/** Counts what waits and what is parked until the signal is raised; the alarm tells of each new parked one. */
export async function watchQueues(deps: WatchDeps, signal: AbortSignal): Promise<void> {
  let known = 0
  while (!signal.aborted) {
    try {
      deps.figures.queues = await countQueues(deps)
      const parked = deps.figures.queues.flatMap((queue) => {
        const count = Math.max(queue.parked, queue.parkedMessages)
        return count > 0 ? [{ topic: queue.topic, count }] : []
      })
      const total = parked.reduce((sum, { count }) => sum + count, 0)
      if (total > known) {
        const where = parked.map(({ topic, count }) => `${count} on ${topic}`).join(', ')
        deps.warn(`Parked work needs a person: ${where}. See why with: eventpass parked list`)
      }
      known = total
    } catch (error) {
      deps.figures.queues = []
      deps.warn(`The queues could not be counted: ${describeCause(error)}`)
    }
    await deps.pause(lookEveryMs, signal)
  }
}

async function countQueues({ broker, outbox }: WatchDeps) {
  const rows = await outbox.countParked()
  const up = broker.isUp()
  return Promise.all(
    topics.map(async (topic) => ({
      topic,
      ready: up ? await broker.countReady(topic) : 0,
      parked: rows.get(topic) ?? 0,
      parkedMessages: up ? await broker.countParked(topic) : 0,
    })),
  )
}
