import type { Topic } from '../outbox/broker.ts'

/** Messages of one topic. */
interface QueueFigures {
  readonly topic: Topic
  readonly ready: number
  /** Outbox rows for a person: nobody could handle them. They outlive broker and process. */
  readonly parked: number
  /** Messages in the broker's parked queue, also those that name no row. */
  readonly parkedMessages: number
}

/** What the workers of this process did and saw; nothing in it speaks of a person or a tenant. */
export interface WorkFigures {
  /** Outbox rows that were handed to the broker. */
  relayed: number
  /** Messages whose effect is there, or was before they came. */
  consumed: number
  /** Age of the oldest row of the last pass that found any, in ms; 0 where the last found none. */
  outboxLagMs: number
  /** (list, invitee) keys that were ruled over. */
  reconciled: number
  /** As last counted; empty until then. While the broker is away nothing of it is counted. */
  queues: readonly QueueFigures[]
}

export function createWorkFigures(): WorkFigures {
  return { relayed: 0, consumed: 0, outboxLagMs: 0, reconciled: 0, queues: [] }
}
