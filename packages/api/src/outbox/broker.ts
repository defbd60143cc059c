/** Where outbox rows go: one durable queue a topic, and one consumer that a topic is for. */
export type Topic = 'reconcile' | 'orders' | 'notifications'

export const topics = ['reconcile', 'orders', 'notifications'] as const satisfies readonly Topic[]

/** A message as carried; `id` is the outbox row's, so that consumers can tell repeats. */
export interface Message {
  readonly id: string
  /** JSON text, ≤ `messageBytesMax` in UTF-8. */
  readonly body: string
}

export const messageBytesMax = 256_000
/** Failures of a handler after which a message is parked for a person, never dropped. */
export const attemptsMax = 5
/** Messages that wait in one queue at most; beyond that `publish` is refused and the outbox keeps them. */
export const queueLengthMax = 100_000
/** The longest that a message may be asked to wait before its first delivery. */
export const delayMsMax = 7 * 24 * 3_600_000

/** `later`: the world was away and the message is not to blame, so that this counts as no attempt. */
export type Handled = 'done' | 'later'

export interface Consumer {
  readonly handle: (message: Message) => Promise<Handled>
  /** Told once a message is safe in the parked queue. May not throw. */
  readonly onParked: (message: Message, cause: string) => Promise<void>
}

export interface Subscription {
  /** Takes no more messages and resolves when those in flight have settled. */
  readonly stop: () => Promise<void>
}

/**
 * Carries messages at least once, in no promised order.
 *
 * `publish` resolves only when the broker has the message safe (or throws).
 * A handler that throws sees the message again, after a growing pause, up to
 * `attemptsMax` times; then it is parked with its cause. One that answers `later`
 * sees it again for as long as it does. A consumer that dies gives its messages back.
 */
export interface Broker {
  /** With a delay, one of few values ≤ `delayMsMax`, the message comes when it has passed. */
  readonly publish: (topic: Topic, message: Message, delayMs?: number) => Promise<void>
  readonly consume: (topic: Topic, consumer: Consumer) => Promise<Subscription>
  /** Parked messages of a topic, for the alarm and for tests. */
  readonly countParked: (topic: Topic) => Promise<number>
  /** Messages of a topic that wait for a consumer. */
  readonly countReady: (topic: Topic) => Promise<number>
  /** True while messages can flow; what /health tells. */
  readonly isUp: () => boolean
  readonly close: () => Promise<void>
}
