import type { DeviceId, DeviceNo, Digest, EventId, InviteeNo, ScanId } from '@eventpass/domain'
import type { DeviceState } from '../devices-admin/device-admin-store.ts'

/** When a person was erased, and the manifest's revision that says so. */
export interface Erasure {
  readonly erasedMs: number
  readonly revision: number
}

/** A person as an erasure finds them. */
export interface LockedPerson {
  /** Null while nobody erased them. */
  readonly erasure: Erasure | null
  /** Of every ticket that they ever had. */
  readonly digests: readonly Digest[]
  /** Companions of their party: listed under this person’s name and contact data. */
  readonly companions: readonly { readonly no: InviteeNo; readonly place: number }[]
}

/** A device that was let in, and how much of the list it was last known to hold. */
export interface Replica {
  readonly device: DeviceId
  readonly no: DeviceNo
  readonly label: string
  readonly state: Exclude<DeviceState, 'waiting' | 'refused' | 'desk'>
  /** The revision that it last asked to go on from; 0 before it asked for anything. */
  readonly revision: number
  readonly lastContactMs: number | null
}

/** A scan whose texts are about to be stored: whom it is about stands in its code, or with the scan that it names. */
export interface AboutSomebody {
  readonly id: ScanId
  readonly digest: Digest | null
  readonly target: ScanId | null
}

/** What erasing people needs of one tenant, within one transaction (GD1). */
export interface ErasureStore {
  /** Locks the person, their companions and their tickets until the transaction ends; erased ones too. */
  readonly lock: (event: EventId, no: InviteeNo) => Promise<LockedPerson | null>
  /** Scans of these codes, or that were found to be about this invitee. */
  readonly findScans: (
    event: EventId,
    no: InviteeNo,
    digests: readonly Digest[],
  ) => Promise<readonly ScanId[]>
  /** Deletes texts and salts beside these scans, and beside those that name them as their target. */
  readonly deleteTexts: (event: EventId, scans: readonly ScanId[]) => Promise<void>
  /** Pushes that were kept whole and hold one of these words. */
  readonly findKeptPushes: (
    event: EventId,
    words: readonly string[],
  ) => Promise<readonly { readonly id: number; readonly bytes: string }[]>
  readonly rewriteKeptPush: (id: number, bytes: string) => Promise<void>
  /**
   * Forgets uploads of this event that nobody committed, what reading the others quoted of their rows, and
   * what orders that hold this invitee are called.
   */
  readonly forgetBeside: (event: EventId, no: InviteeNo) => Promise<void>
  /** Blanks the person; their tickets are cancelled, and their companions named and known by nothing of theirs. */
  readonly blank: (
    event: EventId,
    no: InviteeNo,
    erasure: Erasure,
    companions: readonly {
      readonly no: InviteeNo
      readonly name: string
      readonly fold: string
    }[],
  ) => Promise<void>
  /**
   * Those of these scans that are about somebody who was erased. Nobody else whom they are about
   * can be erased before the transaction ends.
   */
  readonly lockErased: (
    event: EventId,
    scans: readonly AboutSomebody[],
  ) => Promise<ReadonlySet<ScanId>>
  /** The revision of the event’s latest erasure, 0 before the first: an older snapshot names who is erased. */
  readonly lastRevision: (event: EventId) => Promise<number>
  /** Remembers how far a device’s list goes, as it says itself. */
  readonly noteReplica: (device: DeviceId, revision: number) => Promise<void>
  /** Devices that hold the list, or may, by number. */
  readonly findReplicas: (event: EventId, limit: number) => Promise<readonly Replica[]>
}
