import type {
  DeviceId,
  DeviceNo,
  DeviceRole,
  EventId,
  GateId,
  ListId,
  UserId,
} from '@eventpass/domain'

/** `desk`: central's own, by which it chains what staff claim without a tablet; it is never paired. */
export type DeviceState =
  | 'waiting'
  | 'active'
  | 'revoked'
  | 'retired'
  | 'pair_anew'
  | 'refused'
  | 'desk'

/** A device as its organiser sees it. */
export interface DeviceDetails {
  readonly id: DeviceId
  readonly event: EventId
  readonly no: DeviceNo
  readonly label: string
  readonly role: DeviceRole
  readonly list: ListId
  readonly gate: GateId
  readonly state: DeviceState
  /** The four words that both screens show while it waits (DV1). */
  readonly words: readonly string[]
  /** Longest gap-free prefix of its chain that is here. */
  readonly throughSeq: number
  /** Highest number that is here, behind a gap too. */
  readonly highestSeq: number
  /** Highest number that it signed for in a contact: what is above is a missing tail. */
  readonly signedSeq: number
  /** Lowest number at which its chain forks, or null. */
  readonly forkSeq: number | null
  readonly waitsUntilMs: number | null
  readonly pairedMs: number | null
  readonly lastContactMs: number | null
}

export interface PairingCode {
  /** SHA-256 of the code, hex. */
  readonly hash: string
  readonly event: EventId
  readonly list: ListId
  readonly gate: GateId
  readonly role: DeviceRole
  readonly expiresMs: number
  readonly createdBy: UserId
}

/** Devices of one tenant, from the organiser's side. */
export interface DeviceAdminStore {
  /** Writes the code and drops codes that ran out before `nowMs`. */
  readonly addPairingCode: (code: PairingCode, nowMs: number) => Promise<void>
  /** The code of this hash, or null where there is none or it was dropped. */
  readonly findPairingCode: (
    hash: string,
  ) => Promise<{ readonly used: boolean; readonly expiresMs: number } | null>
  /** By number. */
  readonly findByEvent: (event: EventId, limit: number) => Promise<readonly DeviceDetails[]>
  /** Locked until the transaction ends. */
  readonly lock: (device: DeviceId) => Promise<DeviceDetails | null>
  readonly accept: (device: DeviceId, pairedMs: number) => Promise<void>
  readonly refuse: (device: DeviceId) => Promise<void>
  /** Scans beyond `headSeq` are quarantined from now on (TM8). */
  readonly revoke: (device: DeviceId, headSeq: number) => Promise<void>
  readonly move: (
    device: DeviceId,
    place: { readonly list: ListId; readonly gate: GateId; readonly role: DeviceRole },
  ) => Promise<void>
}
