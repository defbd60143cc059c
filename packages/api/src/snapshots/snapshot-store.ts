import type { EventId, ManifestTicket, TenantId } from '@eventpass/domain'
import type { SnapshotMeta } from '@eventpass/sync'

/** A built snapshot: what devices are told of it, and when it was built. */
export interface StoredSnapshot {
  readonly meta: SnapshotMeta
  readonly builtMs: number
}

/** Snapshots of one tenant's events, within one transaction. */
export interface SnapshotStore {
  readonly findNewest: (event: EventId) => Promise<StoredSnapshot | null>
  /** Paths of all that were built in this life of central: a restore leaves files behind that it knows nothing of. */
  readonly findPaths: (event: EventId) => Promise<readonly string[]>
  readonly save: (snapshot: StoredSnapshot) => Promise<void>
  /**
   * Tickets of the invitees with numbers above `after`, by number, as a replica holds them: `limit` of
   * them and what else the last invitee has. A last page is shorter than `limit`.
   */
  readonly findTicketPage: (
    event: EventId,
    after: number,
    limit: number,
  ) => Promise<readonly ManifestTicket[]>
}

export interface SnapshotsDep {
  readonly snapshotBuilds: {
    /** Starts a build off the request path unless one of this event is running. Never rejects. */
    readonly request: (tenant: TenantId, event: EventId) => void
  }
}
