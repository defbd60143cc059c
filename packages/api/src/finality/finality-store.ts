import type { Contact, DeviceId, DeviceNo, EventId } from '@eventpass/domain'

/** A device of an event as far as finality reads it (TM8). */
export interface FinalitySource {
  readonly device: DeviceId
  readonly deviceNo: DeviceNo
  readonly label: string
  readonly gateName: string
  /** Central's time of its last contact, ms since 1970, or null. */
  readonly lastHeardMs: number | null
  /** Its chain is here without a gap up to this number. */
  readonly throughSeq: number
  /** The highest number that it signed for in a contact. */
  readonly signedSeq: number
  /** The last number that may still win (`LedgerSource.closedAtSeq`). */
  readonly closedAtSeq: number | null
  /** Of the contacts whose head is here the one with the latest Ti. */
  readonly contact: Contact | null
}

export interface FinalityStore {
  /** Every device that was let in, and the database's time now. */
  readonly findSources: (event: EventId) => Promise<{
    readonly nowMs: number
    readonly sources: readonly FinalitySource[]
  }>
}
