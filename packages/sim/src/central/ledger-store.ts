import type { CentralLedger, DirtyKey, StoredLink } from '@eventpass/api'
import { assert, type LedgerHead } from '@eventpass/domain'
import { createIncidentWriter, toKnown } from './incident-writer.ts'
import { letIn, type ScanRow } from './rows.ts'
import type { Scope } from './scope.ts'

/** The ledger as `packages/db` keeps it in Postgres, statement by statement. */
export function createModelLedger(scope: Scope): CentralLedger {
  const { devices, scans, contacts, lock, statement } = scope
  const scansOf = (device: string) => scans.all().filter((scan) => scan.device === device)
  const keyOf = ({ device, seq, hash }: Pick<ScanRow, 'device' | 'seq' | 'hash'>) =>
    `${device}/${seq}/${hash}`
  const signedHeadsOf = (device: string): readonly LedgerHead[] => {
    const heads = contacts.all().filter((row) => row.device === device && row.headSeq > 0)
    const distinct = new Map(
      heads.map(({ headSeq, headHash }) => [
        `${headSeq}/${headHash}`,
        { seq: headSeq, hash: headHash },
      ]),
    )
    return [...distinct.values()]
  }
  const put = (scan: ScanRow) => scans.set(keyOf(scan), scan)

  return {
    async lockDevice(device) {
      await lock(`device/${device}`)
      await statement()
      const row = letIn(devices.get(device))
      if (!row) return null
      const { event, no, state, signKey, throughSeq, throughHash, retiredHeadSeq, forkSeq } = row
      return {
        event,
        deviceNo: no,
        state,
        signKey,
        throughSeq,
        throughHash,
        retiredHeadSeq,
        forkSeq,
      }
    },

    async readTip(device, { seq, hash }) {
      await statement()
      const own = scansOf(device)
      const link = own.find((scan) => scan.seq === seq && scan.hash === hash)
      const beyond = signedHeadsOf(device).filter((head) => head.seq > seq)
      const highestSeq = Math.max(0, ...own.map((scan) => scan.seq))
      return { link: link ? toLink(link) : null, highestSeq, signedHeads: beyond }
    },

    async findChain(device, { fromSeq, throughSeq } = { fromSeq: 0, throughSeq: Infinity }) {
      await statement()
      return scansOf(device)
        .filter(({ seq }) => fromSeq <= seq && seq <= throughSeq)
        .map(toLink)
    },

    async findSignedHeads(device) {
      await statement()
      return signedHeadsOf(device)
    },

    async findInvitees(event, digests) {
      await statement()
      const wanted = new Set(digests)
      return new Map(
        scope.tickets
          .all()
          .filter((row) => row.event === event && wanted.has(row.digest))
          .map(({ digest, invitee }) => [digest, invitee]),
      )
    },

    async insertScans(device, event, added) {
      await statement()
      const receivedMs = Math.floor(scope.clockMs())
      for (const scan of added) {
        const { seq, hash } = scan
        // As the primary key does.
        assert(!scans.get(keyOf({ device, seq, hash })), `scan ${seq} of ${device} is here already`)
        put({ ...scan, device, event, receivedMs })
      }
    },

    async saveMarks(device, marks) {
      await statement()
      return marks.flatMap(({ seq, hash, ...mark }): DirtyKey[] => {
        const scan = scans.get(keyOf({ device, seq, hash }))
        if (!scan) return []
        put({ ...scan, ...mark })
        // A void names no invitee: what it undoes or no longer undoes stands with its target.
        const target = scans.all().find(({ id }) => id !== null && id === scan.body?.target)
        return [scan, target].flatMap((row) =>
          row?.body && row.invitee !== null ? [{ list: row.body.list, invitee: row.invitee }] : [],
        )
      })
    },

    async saveHead(device, { seq, hash }) {
      await statement()
      const row = devices.get(device)
      if (row) devices.set(device, { ...row, throughSeq: seq, throughHash: hash })
    },

    async saveFork(device, forkSeq) {
      await statement()
      const row = devices.get(device)
      if (!row) return
      const state = row.state === 'active' ? 'pair_anew' : row.state
      devices.set(device, { ...row, forkSeq, state })
    },

    async findKeysOfScans(event, ids) {
      await statement()
      const wanted = new Set(ids)
      return scans
        .all()
        .flatMap(({ body, invitee, event: of }) =>
          of === event && body && invitee !== null && wanted.has(body.id)
            ? [{ list: body.list, invitee }]
            : [],
        )
    },

    async findContestedKeys(device, headSeq) {
      await statement()
      const earlier = contacts
        .all()
        .filter((contact) => contact.device === device && contact.headSeq < headSeq)
      const from = Math.max(0, ...earlier.map((contact) => contact.headSeq))
      const granted = scans.all().filter(({ body }) => body?.verdict === 'admit')
      const admits = granted.filter(({ invitee }) => invitee !== null)
      const undone = granted
        .filter((scan) => scan.device === device && scan.seq > from && scan.body?.act === 'void')
        .flatMap(({ body, event }) =>
          scans.all().filter(({ id, event: of }) => id === body?.target && of === event),
        )
      const contested = admits
        .filter((scan) => scan.device === device && scan.seq > from)
        .filter((scan) =>
          admits.some(
            (other) =>
              other.event === scan.event &&
              other.body?.list === scan.body?.list &&
              other.invitee === scan.invitee &&
              other.hash !== scan.hash,
          ),
        )
      return [...contested, ...undone].flatMap(({ body, invitee }) =>
        body && invitee !== null ? [{ list: body.list, invitee }] : [],
      )
    },

    async findDeviceIncidents(device) {
      await statement()
      return scope.incidents
        .all()
        .filter((row) => row.device === device && ['gap', 'fork', 'clock'].includes(row.kind))
        .map(toKnown)
    },

    ...createIncidentWriter(scope),

    async quarantinePush(device, reason, bytes, keptMax) {
      await statement()
      const { quarantinedPushes } = scope
      if (quarantinedPushes.all().length >= keptMax) return
      const key = `${quarantinedPushes.all().length}`
      quarantinedPushes.set(key, { key, device, reason, bytes, event: null })
    },

    async quarantineStray(event, device, bytes, keptMax) {
      await scope.lock(`stray/${event}`)
      await statement()
      const { quarantinedPushes } = scope
      const kept = quarantinedPushes.all().filter((push) => push.event === event)
      if (kept.length >= keptMax || kept.some((push) => push.bytes === bytes)) return false
      const key = `stray/${event}/${kept.length}`
      quarantinedPushes.set(key, { key, device, reason: 'unknown_device', bytes, event })
      return true
    },

    async enqueueDirty(event, keys) {
      await statement()
      const distinct = [...new Map(keys.map((key) => [`${key.list}/${key.invitee}`, key])).values()]
      await scope.enqueue(
        event,
        distinct.map(({ list, invitee }) => [list, invitee] as const),
      )
    },
  }
}

function toLink({
  id,
  seq,
  prev,
  hash,
  clock,
  quarantine,
  connected,
  branch,
}: ScanRow): StoredLink {
  return { id, seq, prev, hash, clock, quarantine, connected, branch }
}
