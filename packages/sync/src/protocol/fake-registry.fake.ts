import type { DeviceId, DeviceRole, GateId, ListId } from '@eventpass/domain'
import type { ContactOutput } from '../wire/contact.ts'
import type { FakeEvent } from './fake-event.fake.ts'
import type { TestTime } from './test-time.fake.ts'

export interface FakeDevice {
  readonly id: DeviceId
  readonly no: number
  /** The pairing code that opened it. */
  readonly code: string
  readonly signKey: string
  readonly wrapKey: string
  list: ListId
  gate: GateId
  role: DeviceRole
  accepted: boolean | null
  standing: ContactOutput['standing']
}

/** What all nodes of one event share: who may speak, and under which keys. */
export interface Registry {
  readonly event: FakeEvent
  readonly time: TestTime
  readonly codes: Set<string>
  readonly devices: Map<string, FakeDevice>
  pinHash: string | null
  leaseMs: number | null
  /** Whether nodes grant claims; tests of a gate that decides alone leave it. */
  claims: boolean
}

export function createRegistry(event: FakeEvent, time: TestTime): Registry {
  return {
    event,
    time,
    codes: new Set(),
    devices: new Map(),
    pinHash: null,
    leaseMs: null,
    claims: false,
  }
}
