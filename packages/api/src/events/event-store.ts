import type { CheckInList, EventId, Gate, Policy } from '@eventpass/domain'

/** What a policy says beside the event's time zone, which the event has anyway. */
export type EventPolicy = Omit<Policy, 'timeZone'>

/** What to change of a policy; what is undefined stays. */
export type PolicyEdit = { readonly [K in keyof EventPolicy]?: EventPolicy[K] | undefined }

export interface EventDetails {
  readonly id: EventId
  readonly name: string
  /** IANA zone. */
  readonly timeZone: string
  readonly startsMs: number
  readonly endsMs: number
  readonly policy: EventPolicy
  /** The kid that signs new tokens. */
  readonly signingKid: number
  /** 8 hex characters, unique in the tenant. */
  readonly tag: string
  /** "salt:hex of SHA-256(salt ‖ pin)", or null. */
  readonly pinHash: string | null
  readonly leaseMs: number | null
  readonly createdMs: number
  readonly closedMs: number | null
}

/** What stands beside the invitees of an event. */
export interface EventFrame {
  readonly categories: readonly string[]
  readonly lists: readonly CheckInList[]
  readonly gates: readonly Gate[]
}

export interface EventCounts {
  readonly invitees: number
  /** Invitees with an unvoided entry on any list. */
  readonly admitted: number
  /** EN5: each invitee once. */
  readonly inviteesInside: number
  /** EN5: entries minus exits, doubles and forced included. */
  readonly peopleInside: number
  readonly incidentsOpen: number
  readonly manifestRevision: number
}

/** Events of one tenant with their frames and revision lines. */
export interface EventStore {
  /** Writes the event with its first key and its revision line; false where the tag is taken. */
  readonly create: (event: EventDetails) => Promise<boolean>
  readonly find: (event: EventId) => Promise<EventDetails | null>
  /** Like `find`, and keeps other writers of this event's frame and invitees out until the end. */
  readonly lock: (event: EventId) => Promise<EventDetails | null>
  /** Newest first. */
  readonly findRecent: (limit: number) => Promise<readonly EventDetails[]>
  readonly update: (
    event: EventId,
    changes: Pick<EventDetails, 'name' | 'policy' | 'leaseMs' | 'pinHash'>,
  ) => Promise<void>
  readonly readFrame: (event: EventId) => Promise<EventFrame>
  /** False where the name is taken. */
  readonly addList: (event: EventId, list: CheckInList, createdMs: number) => Promise<boolean>
  readonly addGate: (event: EventId, gate: Gate, createdMs: number) => Promise<boolean>
  /** Adds categories behind the ones there; names that are there already change nothing. */
  readonly addCategories: (event: EventId, names: readonly string[]) => Promise<void>
  readonly count: (event: EventId) => Promise<EventCounts>
  /**
   * Raises the event's manifest revision and answers it (SY5). Take it when every other row that
   * the transaction changes is locked already: it is the last lock.
   */
  readonly raiseManifest: (
    event: EventId,
    raise: { readonly frame: boolean; readonly inviteesAdded: number },
  ) => Promise<number>
}
