/** Where outbox rows go: one durable queue a topic. */
export type Topic = 'reconcile' | 'dashboard'

/** A message as carried; `id` is the outbox row's, so that consumers can tell repeats. */
export interface Message {
  readonly id: string
  /** JSON text, ≤ `messageBytesMax`. */
  readonly body: string
}

export const messageBytesMax = 256_000
/** Failures of a handler after which a message is parked for a person, never dropped. */
export const attemptsMax = 5

export interface Subscription {
  /** Takes no more messages and resolves when those in flight have settled. */
  readonly stop: () => Promise<void>
}

/**
 * Carries messages at least once, in no promised order.
 *
 * `publish` resolves only when the broker has the message safe (or throws).
 * A handler that throws sees the message again, after a growing pause, up to
 * `attemptsMax` times; then it is parked with its cause. A consumer that dies
 * gives its messages back.
 */
export interface Broker {
  readonly publish: (topic: Topic, message: Message) => Promise<void>
  readonly consume: (
    topic: Topic,
    handle: (message: Message) => Promise<void>,
  ) => Promise<Subscription>
  /** Parked messages of a topic, for the alarm and for tests. */
  readonly countParked: (topic: Topic) => Promise<number>
  /** True while messages can flow; what /health tells. */
  readonly isUp: () => boolean
  readonly close: () => Promise<void>
}
