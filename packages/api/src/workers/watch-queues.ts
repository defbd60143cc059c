import { type Broker, topics } from '../outbox/broker.ts'
import { describeCause } from '../outbox/describe-cause.ts'
import type { WorkFigures } from './work-figures.ts'

const lookEveryMs = 10_000

export interface WatchDeps {
  readonly broker: Pick<Broker, 'countParked' | 'countReady' | 'isUp'>
  readonly figures: WorkFigures
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  readonly warn: (sentence: string) => void
}

/** Counts what waits and what is parked until the signal is raised; the alarm tells of each new parked one. */
export async function watchQueues(deps: WatchDeps, signal: AbortSignal): Promise<void> {
  let known = 0
  while (!signal.aborted) {
    try {
      deps.figures.queues = deps.broker.isUp() ? await countQueues(deps) : []
      const parked = deps.figures.queues.filter((queue) => queue.parked > 0)
      const total = parked.reduce((sum, queue) => sum + queue.parked, 0)
      if (total > known) {
        const where = parked.map((queue) => `${queue.parked} on ${queue.topic}`).join(', ')
        deps.warn(`Parked messages need a person: ${where}. Their causes stand in the outbox.`)
      }
      if (deps.broker.isUp()) known = total
    } catch (error) {
      deps.figures.queues = []
      deps.warn(`The queues could not be counted: ${describeCause(error)}`)
    }
    await deps.pause(lookEveryMs, signal)
  }
}

function countQueues({ broker }: WatchDeps) {
  return Promise.all(
    topics.map(async (topic) => ({
      topic,
      ready: await broker.countReady(topic),
      parked: await broker.countParked(topic),
    })),
  )
}
