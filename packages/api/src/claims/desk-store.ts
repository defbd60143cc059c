import type { DeviceId, EventId, GateId, ListId } from '@eventpass/domain'
import type { PushingDevice } from '../ledger/central-ledger.ts'

/** Central's own device at an event, by which it chains what staff claim without a tablet. */
export interface Desk extends PushingDevice {
  readonly id: DeviceId
}

/** Central's desks of one tenant, within one transaction. */
export interface DeskStore {
  /**
   * Locks the event's desk until the transaction ends, so that its scans follow each other; makes it
   * under `id` where the event has none. Null where event, list and gate do not belong together.
   */
  readonly lockDesk: (
    event: EventId,
    desk: { readonly id: DeviceId; readonly list: ListId; readonly gate: GateId },
  ) => Promise<Desk | null>
}
