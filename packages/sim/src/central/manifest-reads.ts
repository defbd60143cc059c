import type { ManifestReads, SnapshotStore } from '@eventpass/api'
import type { EventId, ManifestFrame, ManifestTicket } from '@eventpass/domain'
import type { HeardScan, VectorEntry } from '@eventpass/sync'
import { letIn, type ScanRow, type TicketRowKept } from './rows.ts'
import type { Scope } from './scope.ts'

const noRevisions = { manifest: 0, frame: 0, rulings: 0, invitees: 0 }

export function createModelManifestReads(scope: Scope): ManifestReads {
  const { devices, scans, tickets, revisions, rulings, statement } = scope
  const changesOf = (event: EventId, since: number, upTo: number) =>
    tickets
      .all()
      .filter((row) => row.event === event && row.revision > since && row.revision <= upTo)
      .sort((a, b) => a.revision - b.revision || (a.digest < b.digest ? -1 : 1))
  const devicesOf = (event: EventId) =>
    devices
      .all()
      .filter((row) => row.event === event)
      .sort((a, b) => a.no - b.no)

  return {
    async getDevice(id) {
      await statement()
      const row = letIn(devices.get(id))
      if (!row) return null
      const { event, no, state, list, gate, wrapKey, heldRevision } = row
      return { event, deviceNo: no, state, list, gate, wrapKey, heldRevision }
    },

    async revisions(event) {
      await statement()
      const { manifest, frame, rulings: ruled } = revisions.get(event) ?? noRevisions
      return { manifest, frame, rulings: ruled }
    },

    async readFrame(event) {
      await statement()
      return readFrame(scope, event)
    },

    async countTickets(event) {
      await statement()
      return tickets.all().filter((row) => row.event === event).length
    },

    async countChanges(event, since, upTo) {
      await statement()
      return changesOf(event, since, upTo).length
    },

    async findChanges(event, since, upTo, limit) {
      await statement()
      const changed = changesOf(event, since, upTo)
      const through = changed[limit]?.revision ?? upTo
      const page = changed.filter(({ revision }) => revision <= through)
      return { tickets: page.map(toTicket), gone: [], through }
    },

    async findScansBeyond(event, vector, limit) {
      await statement()
      const beyond = devicesOf(event).flatMap(({ id, no, forkSeq }) => {
        const told = vector.filter((entry) => entry[0] === no)
        const most = (entries: readonly VectorEntry[]) =>
          Math.max(0, ...entries.map(([, , seq]) => seq))
        const below = forkSeq === null ? most(told) : 0
        return scans
          .all()
          .filter((scan) => scan.device === id && scan.connected && scan.seq > below)
          .filter(({ branch, seq }) => seq > most(told.filter((entry) => entry[1] === branch)))
          .filter(({ body }) => body?.verdict === 'admit' || body?.act === 'void')
          .sort((a, b) => (a.branch < b.branch ? -1 : a.branch > b.branch ? 1 : a.seq - b.seq))
          .flatMap((scan) => toHeard(scope, no, scan))
      })
      return beyond.slice(0, limit)
    },

    async findHeads(event) {
      await statement()
      return devicesOf(event).flatMap(({ id, no, forkSeq, throughSeq }): VectorEntry[] => {
        if (forkSeq === null) return throughSeq > 0 ? [[no, '', throughSeq]] : []
        const heads = new Map<ScanRow['branch'], number>()
        for (const { device, connected, branch, seq } of scans.all()) {
          if (device === id && connected) heads.set(branch, Math.max(seq, heads.get(branch) ?? 0))
        }
        return [...heads].map(([branch, seq]) => [no, branch, seq])
      })
    },

    async findRulingsSince(event, since, limit) {
      await statement()
      return rulings
        .all()
        .filter((row) => row.event === event && row.revision > since)
        .sort((a, b) => a.revision - b.revision)
        .slice(0, limit)
        .map(({ revision, id, ruling, estimateMs }) => ({ revision, id, ruling, atMs: estimateMs }))
    },

    async findKeys(event) {
      await statement()
      const kid = scope.events.get(event)?.signingKid
      return kid === undefined ? [] : [{ kid, retired: false }]
    },
  }
}

export function createModelSnapshots(scope: Scope): SnapshotStore {
  const { snapshots, statement } = scope
  return {
    async findNewest(event) {
      await statement()
      const own = snapshots.all().filter((row) => row.event === event)
      const newest = own.sort((a, b) => b.meta.revision - a.meta.revision)[0]
      return newest ? { meta: newest.meta, builtMs: newest.builtMs } : null
    },
    async findPaths(event) {
      await statement()
      return snapshots.all().flatMap((row) => (row.event === event ? [row.meta.path] : []))
    },
    async save({ meta, builtMs }) {
      await statement()
      snapshots.set(`${meta.event}/${meta.revision}`, { event: meta.event, meta, builtMs })
    },
    async findTicketPage(event, after, limit) {
      await statement()
      const beyond = scope.tickets
        .all()
        .filter((row) => row.event === event && row.invitee > after)
        .sort((a, b) => a.invitee - b.invitee)
      const last = beyond[limit - 1]?.invitee ?? Number.POSITIVE_INFINITY
      return beyond.filter(({ invitee }) => invitee <= last).map(toTicket)
    },
  }
}

export function readFrame({ frames, events }: Scope, event: EventId): ManifestFrame {
  const row = events.get(event)
  if (!row) throw new Error(`There is no event ${event}.`)
  const own = frames.all().filter((frame) => frame.event === event)
  return {
    eventName: row.name,
    categories: [],
    lists: own.flatMap(({ list }) => list ?? []).sort(byName),
    gates: own.flatMap(({ gate }) => gate ?? []).sort(byName),
    policy: { ...row.policy, timeZone: row.timeZone },
  }
}

/** What a replica holds of a ticket. */
export function toTicket(row: TicketRowKept): ManifestTicket {
  const { digest, invitee, name, category, state, stateAtMs, blocked } = row
  const { validFromMs, validUntilMs, party, notice } = row
  return {
    ...{ digest, invitee, name, category, state, stateAtMs, blocked },
    ...{ validFromMs, validUntilMs, party, notice },
  }
}

/** A scan as gates hear of it; a void is about whom its target is about. */
function toHeard(
  scope: Scope,
  deviceNo: HeardScan['deviceNo'],
  scan: ScanRow,
): readonly HeardScan[] {
  const { body, branch, seq, hash } = scan
  if (!body) return []
  const target = body.target && scope.scans.all().find((other) => other.body?.id === body.target)
  const invitee = scan.invitee ?? (target ? target.invitee : null)
  if (invitee === null) return []
  const ruled = scope.rulings.get(hash)
  const { id, list, gate, act, forced } = body
  return [
    {
      ...{ id, deviceNo, branch, seq, invitee, list, gate, act, forced, target: body.target },
      atMs: ruled?.estimateMs ?? scan.receivedMs,
      ruling: ruled?.ruling ?? null,
    },
  ]
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1
}
