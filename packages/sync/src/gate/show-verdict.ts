import {
  type CheckInList,
  type ClockReading,
  type GateId,
  isErased,
  type ManifestFrame,
  type ManifestTicket,
  type ScanId,
  type Verdict,
} from '@eventpass/domain'
import { estimateNowMs } from './clocks.ts'
import type { Device } from './device.ts'
import type { SearchHit, ShownVerdict } from './gate.ts'
import type { GateDeps } from './gate-deps.ts'
import { countInside, findKnownUses } from './known-uses.ts'
import type { StoredUse } from './stores.ts'

/** More people of one party than a screen lists. */
const partyShownMax = 50

/** A verdict with what it was decided on; `scan` is null where nothing was recorded. */
interface Decided {
  readonly frame: ManifestFrame | null
  readonly verdict: Verdict
  readonly ticket: ManifestTicket | null
  readonly scan: ScanId | null
}

/**
 * What the screen shows beside a verdict: names for numbers, and the others of a party.
 *
 * The scan is durable by now, so nothing here may fail it: where the party cannot be read, none is shown.
 */
export async function showVerdict(
  { report }: Pick<GateDeps, 'report'>,
  device: Device,
  clocks: ClockReading,
  { frame, verdict, ticket, scan }: Decided,
): Promise<ShownVerdict> {
  return {
    verdict,
    scan,
    atMs: estimateNowMs(device.lastContact, clocks),
    confirmBy: confirmer(frame, verdict),
    name: shownName(ticket),
    category: categoryName(frame, ticket),
    gateName: gateName(frame, device.facts.gate) ?? '',
    earlierGateName: verdict.earlier ? gateName(frame, verdict.earlier.gate) : null,
    party: await findOthers(device, frame, ticket).catch((fault: unknown) => {
      report(fault)
      return []
    }),
  }
}

/** How a person is called, on screen and beside the scan; null of nobody, and of who was erased (GD1). */
export function shownName(ticket: ManifestTicket | null): string | null {
  return ticket && !isErased(ticket) ? ticket.name : null
}

/** What a policy leaves open is a steward's to confirm; one that cannot be read is a supervisor's. */
function confirmer(
  frame: ManifestFrame | null,
  { kind, reason }: Verdict,
): ShownVerdict['confirmBy'] {
  if (kind !== 'attention') return null
  if (reason === 'unlisted') return frame?.policy?.unlisted === 'steward' ? 'steward' : 'supervisor'
  if (reason === 'by_name') return frame?.policy?.byName === 'steward' ? 'steward' : 'supervisor'
  return 'steward'
}

/** A row as search and parties show it. */
export async function toSearchHit(
  device: Device,
  frame: ManifestFrame | null,
  ticket: ManifestTicket,
): Promise<SearchHit> {
  const uses: readonly StoredUse[] = await findKnownUses(device, ticket.invitee, ticket.digest)
  return {
    invitee: ticket.invitee,
    digest: ticket.digest,
    name: ticket.name,
    category: categoryName(frame, ticket),
    inside: countInside(uses, device.facts.list) > 0,
  }
}

/** A gate's name; null where the frame does not name it. Frames come from central and may be newer. */
export function gateName(frame: ManifestFrame | null, gate: GateId): string | null {
  const gates = Array.isArray(frame?.gates) ? frame.gates : []
  return gates.find(({ id }) => id === gate)?.name ?? null
}

/** The list that is checked, or null where the frame has none such. */
export function checkedList(frame: ManifestFrame | null, { facts }: Device): CheckInList | null {
  const lists = Array.isArray(frame?.lists) ? frame.lists : []
  return lists.find(({ id }) => id === facts.list) ?? null
}

function categoryName(frame: ManifestFrame | null, ticket: ManifestTicket | null): string | null {
  if (ticket?.category === null || ticket?.category === undefined) return null
  return Array.isArray(frame?.categories) ? (frame.categories[ticket.category] ?? null) : null
}

async function findOthers(
  device: Device,
  frame: ManifestFrame | null,
  ticket: ManifestTicket | null,
): Promise<readonly SearchHit[]> {
  if (!device.manifest || !ticket || ticket.party === null) return []
  const party = await device.manifest.store.findParty(ticket.party)
  const others = party.filter(({ invitee }) => invitee !== ticket.invitee).slice(0, partyShownMax)
  const hits: SearchHit[] = []
  for (const other of others) hits.push(await toSearchHit(device, frame, other))
  return hits
}
