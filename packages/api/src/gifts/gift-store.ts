import type { DeviceId, EventId, InviteeNo, KnownIncident, ListId, ScanId } from '@eventpass/domain'

/** A gift: what its list gives, and how many there are. */
export interface GiftDetails {
  /** Its list's id: a desk that hands it out checks that list. */
  readonly id: ListId
  readonly name: string
  /** Category indexes that may have it; null is all. */
  readonly categories: readonly number[] | null
  /** How many there are in all; null is unlimited. */
  readonly stock: number | null
  /** Hand-outs and claims that stand. Hand-outs made offline can be more than there were. */
  readonly taken: number
}

export interface NewGift {
  readonly id: ListId
  readonly event: EventId
  readonly stock: number | null
  readonly createdMs: number
}

/** One hand-out, or the claim of one whose scan has not come yet. */
export interface HandOut {
  readonly scan: ScanId
  readonly gift: ListId
  readonly invitee: InviteeNo
  readonly device: DeviceId
  readonly atMs: number
  readonly voided: boolean
}

/** Hand-outs of one gift beyond its stock, and what was known of that. */
export interface OverStock {
  readonly gift: ListId
  /** In TM6 order, those after the stock was gone; empty where it was enough. */
  readonly beyond: readonly ScanId[]
  readonly known: KnownIncident | null
}

/** Gifts of one tenant. The log of hand-outs is locked before the gift. */
export interface GiftStore {
  readonly insert: (gift: NewGift) => Promise<void>
  readonly findByEvent: (event: EventId) => Promise<readonly GiftDetails[]>
  /** False where the event has no such gift. */
  readonly setStock: (event: EventId, gift: ListId, stock: number | null) => Promise<boolean>
  /** Somebody who has one, or had; null where none was ever handed out. */
  readonly findTaker: (event: EventId, gift: ListId) => Promise<InviteeNo | null>
  /** Newest first. */
  readonly findHandOuts: (event: EventId, limit: number) => Promise<readonly HandOut[]>
  /** Logs what was ruled on; a repeat changes nothing, a void gives back what it took. */
  readonly saveHandOuts: (event: EventId, handOuts: readonly HandOut[]) => Promise<void>
  /** Of these gifts those beyond whose stock something was handed out, or was once. */
  readonly findOverStock: (
    event: EventId,
    gifts: readonly ListId[],
  ) => Promise<readonly OverStock[]>
}
