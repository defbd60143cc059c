import {
  type Contact,
  type ContactIndex,
  type DeviceId,
  groupBy,
  indexContactsByDevice,
  type KeyOutcome,
  type LedgerSource,
  reconcileKey,
  type Scan,
} from '@eventpass/domain'
import { type HubLogRow, type HubRow, hubSources, mapHubLog } from '../central/hub-log.ts'
import type {
  AdmissionRowKept,
  ContactRow,
  DeviceRow,
  EventRow,
  FrameRow,
  IncidentRow,
  RulingRowKept,
  ScanRow,
  TicketRowKept,
} from '../central/rows.ts'
import type { Random } from '../kernel/random.ts'
import type { World } from '../run/world.ts'

/** What central has committed, read at once. */
export interface CentralState {
  readonly devices: ReadonlyMap<string, DeviceRow>
  readonly scans: readonly ScanRow[]
  /** Those with central itself. */
  readonly direct: readonly Contact[]
  /** With those over hubs, in central's time (TM9). */
  readonly contacts: readonly Contact[]
  readonly hubSources: readonly LedgerSource[]
  readonly contactIndexes: ReadonlyMap<DeviceId, ContactIndex>
  readonly rulings: ReadonlyMap<string, RulingRowKept>
  readonly admissions: ReadonlyMap<string, AdmissionRowKept>
  readonly incidents: readonly IncidentRow[]
  readonly tickets: readonly TicketRowKept[]
  readonly keys: ReadonlyMap<string, CentralKey>
  readonly timeZone: string
}

/** One (list, invitee) with its scans and the voids that name one of them. */
export interface CentralKey {
  readonly name: string
  readonly list: NonNullable<FrameRow['list']>
  readonly invitee: Scan['invitee'] & number
  readonly scans: readonly Scan[]
}

export function readCentral({ central, event }: World): CentralState {
  const { rows } = central.database
  const devices = new Map(rows<DeviceRow>('devices').map((row) => [row.id as string, row]))
  const scans = rows<ScanRow>('scans')
  const [hubs, hubLog] = [rows<HubRow>('hubs'), rows<HubLogRow>('hubLog')]
  const direct = rows<ContactRow>('contacts')
  const contacts = [...direct, ...mapHubLog(hubs, hubLog)]
  const lists = rows<FrameRow>('frames').flatMap(({ list }) => list ?? [])
  const listsById = new Map(lists.map((list) => [list.id, list]))
  const known = scans.flatMap(({ body, invitee }) =>
    body && invitee !== null ? [{ body, invitee }] : [],
  )
  const keys = new Map<string, CentralKey>()
  const voids = groupBy(
    scans.filter(({ body }) => body?.act === 'void'),
    ({ body }) => body?.target ?? null,
  )
  for (const { body, invitee } of known) {
    const name = `${body.list}/${invitee}`
    const list = listsById.get(body.list)
    if (keys.has(name) || !list) continue
    const own = scans.filter((row) => row.body?.list === body.list && row.invitee === invitee)
    const undone = own.flatMap((row) => voids.get(row.body?.id ?? null) ?? [])
    const all = [...own, ...undone].flatMap((row): Scan[] => {
      const no = devices.get(row.device)?.no
      if (!row.body || no === undefined) return []
      return [{ body: row.body, deviceNo: no, hash: row.hash, invitee, quarantine: row.quarantine }]
    })
    keys.set(name, { name, list, invitee, scans: all })
  }
  return {
    ...{ devices, scans, direct, contacts, keys, hubSources: hubSources(hubs, hubLog) },
    contactIndexes: indexContactsByDevice(contacts),
    rulings: new Map(rows<RulingRowKept>('rulings').map((row) => [row.hash as string, row])),
    admissions: new Map(
      rows<AdmissionRowKept>('admissions').map((row) => [`${row.list}/${row.invitee}`, row]),
    ),
    incidents: rows<IncidentRow>('incidents'),
    tickets: rows<TicketRowKept>('tickets'),
    timeZone: rows<EventRow>('events').find(({ id }) => id === event)?.timeZone ?? 'UTC',
  }
}

/** Rules on a key from all that is here, in whatever order the stream deals it (LG1). */
export function ruleAnew(state: CentralState, key: CentralKey, random: Random | null): KeyOutcome {
  const scans = random ? random.shuffle([...key.scans, ...key.scans.slice(0, 2)]) : key.scans
  const contacts = random
    ? indexContactsByDevice(random.shuffle(state.contacts))
    : state.contactIndexes
  const tickets = state.tickets
    .filter(({ invitee }) => invitee === key.invitee)
    .map(({ digest, state: was, stateAtMs }) => ({ digest, state: was, stateAtMs }))
  const { list, invitee } = key
  return reconcileKey({ list, invitee, timeZone: state.timeZone, scans, contacts, tickets })
}
