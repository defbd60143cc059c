import type { DeviceId, DeviceNo, DeviceRole, EventId, GateId, ListId } from '@eventpass/domain'

/** What a one-time code opens: where the new device will stand. */
export interface OpenedPairing {
  readonly event: EventId
  readonly list: ListId
  readonly gate: GateId
  readonly role: DeviceRole
}

export interface WaitingDevice extends OpenedPairing {
  readonly id: DeviceId
  readonly label: string
  /** Raw P-256 points, base64url. */
  readonly signKey: string
  readonly wrapKey: string
  readonly words: readonly string[]
  readonly pollHash: string
  readonly waitsUntilMs: number
}

export interface PairedDevice extends OpenedPairing {
  readonly deviceNo: DeviceNo
  readonly wrapKey: string
  readonly pollHash: string | null
  readonly waitsUntilMs: number | null
  readonly state: 'waiting' | 'active' | 'refused' | 'revoked' | 'retired' | 'pair_anew'
}

/** The event's half of a grant. */
export interface GrantedEvent {
  readonly name: string
  /** Hex of 4 bytes. */
  readonly tag: string
  readonly otherTags: readonly string[]
  readonly kids: readonly { readonly kid: number; readonly retired: boolean }[]
  readonly pinHash: string | null
  readonly leaseMs: number | null
}

/** Pairing of one tenant, within one transaction. */
export interface PairingStore {
  /** Uses the code up, once; null where it is unknown, used or too old. */
  readonly takeCode: (codeHash: string, nowMs: number) => Promise<OpenedPairing | null>
  /** Stores the device under the event's next number; it waits for a person. */
  readonly addWaiting: (device: WaitingDevice, nowMs: number) => Promise<void>
  /** The device of the event that still waits under this poll secret, for one that asks again; else null. */
  readonly findWaiting: (
    event: EventId,
    pollHash: string,
    nowMs: number,
  ) => Promise<{ readonly id: DeviceId; readonly waitsUntilMs: number } | null>
  readonly getDevice: (device: DeviceId) => Promise<PairedDevice | null>
  readonly readEvent: (event: EventId) => Promise<GrantedEvent>
}
