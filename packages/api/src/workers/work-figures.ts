import type { Topic } from '../outbox/broker.ts'

/** Messages of one topic. */
interface QueueFigures {
  readonly topic: Topic
  readonly ready: number
  /** Messages for a person: nobody could handle them. */
  readonly parked: number
}

/** What the workers of this process did and saw; nothing in it speaks of a person or a tenant. */
export interface WorkFigures {
  /** Outbox rows that were handed to the broker. */
  relayed: number
  /** Age of the oldest row of the last pass that found any, in ms; 0 where the last found none. */
  outboxLagMs: number
  /** (list, invitee) keys that were ruled over. */
  reconciled: number
  /** As last counted; empty until then and while the broker is away. */
  queues: readonly QueueFigures[]
}

export function createWorkFigures(): WorkFigures {
  return { relayed: 0, outboxLagMs: 0, reconciled: 0, queues: [] }
}
