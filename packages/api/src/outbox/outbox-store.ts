import type { TenantId } from '@eventpass/domain'
import type { Topic } from './broker.ts'

/** A message to be written with the change that it tells of. */
export interface NewOutboxRow {
  readonly topic: Topic
  /** A JSON object of ids. Nothing personal: it lies in logs, and erasure does not look here. */
  readonly key: object
  /** How long after it was written it is to arrive; 0 is at once. */
  readonly delayMs: number
}

/**
 * The outbox within a tenant's transaction.
 *
 * A row lives from the change that it tells of until the effect that it asks for: the consumer
 * takes it away in the transaction of that effect, so that a repeat finds nothing to do.
 */
export interface TenantOutbox {
  readonly enqueue: (rows: readonly NewOutboxRow[]) => Promise<void>
  /** Removes the row and answers its key; null where its effect is there already. */
  readonly take: (topic: Topic, row: string) => Promise<unknown>
  /** Keeps the row for a person, who reads there why nobody could handle it. */
  readonly park: (row: string, cause: string) => Promise<void>
  /** The newest of those that are kept for a person. */
  readonly findParked: (limit: number) => Promise<readonly ParkedRow[]>
  /** Lets all of them wait for the relay again, their hand-overs counted anew; answers how many. */
  readonly retryParked: () => Promise<number>
}

/** A row for a person; what it asks for stands in the database and is not shown. */
export interface ParkedRow {
  readonly row: string
  readonly topic: Topic
  readonly cause: string
  readonly parkedMs: number
}

/** A row as the relay hands it on. */
export interface OutboxRow {
  readonly row: string
  readonly topic: Topic
  /** What is left of its delay is none, or all of it. */
  readonly delayMs: number
  /** How long ago it was written. */
  readonly ageMs: number
}

/** The outbox of all tenants, as a relay works through it: by tenant, in id order behind `after`. */
export interface OutboxStore {
  readonly findTenants: (after: TenantId | null, limit: number) => Promise<readonly TenantId[]>
  /**
   * Hands up to `limit` waiting rows that no other relay holds to `publish`, and marks those that
   * it resolved for; the rest stay waiting. Answers how many were marked, and the first error.
   */
  readonly relay: (
    tenant: TenantId,
    limit: number,
    publish: (row: OutboxRow) => Promise<void>,
  ) => Promise<{ readonly published: number; readonly fault: unknown }>
  /**
   * Lets rows wait again that were published `ageMs` ago or longer and had no effect: the broker
   * lost them. One that was published `publicationsMax` times is parked instead. Answers how many
   * wait again.
   */
  readonly reopen: (ageMs: number) => Promise<number>
  /** Rows of all tenants that are kept for a person, by topic; topics without any are left out. */
  readonly countParked: () => Promise<ReadonlyMap<Topic, number>>
}
