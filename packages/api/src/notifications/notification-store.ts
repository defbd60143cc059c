import type { EventId } from '@eventpass/domain'

/** Something that people outside should hear of; what is told them, and how, is the adapter's. */
export interface Notification {
  readonly event: EventId
  /** Feature and what happened: "order.expired". */
  readonly kind: string
  /** Id of what it happened to. Nothing personal. */
  readonly subject: string
}

/** Takes notifications of one tenant, each once. */
export interface NotificationStore {
  readonly record: (notification: Notification) => Promise<void>
}
