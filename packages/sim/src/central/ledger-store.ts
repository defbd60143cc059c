import type { CentralLedger, ChainHead, DirtyKey } from '@eventpass/api'
import type { ScanHash } from '@eventpass/domain'
import { createIncidentRaiser } from './incident-raiser.ts'
import type { ScanRow } from './rows.ts'
import type { Scope } from './scope.ts'

/** The ledger as `packages/db` keeps it in Postgres, statement by statement. */
export function createModelLedger(scope: Scope): CentralLedger {
  const { devices, scans, contacts, lock, statement } = scope
  const scansOf = (device: string) => scans.all().filter((scan) => scan.device === device)
  const keyOf = ({ device, seq, hash }: Pick<ScanRow, 'device' | 'seq' | 'hash'>) =>
    `${device}/${seq}/${hash}`
  const put = (scan: ScanRow) => scans.set(keyOf(scan), scan)

  return {
    async lockDevice(device) {
      await lock(`device/${device}`)
      await statement()
      const row = devices.get(device)
      if (!row || row.state === 'waiting' || row.state === 'refused') return null
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

    async findLink(device, hash) {
      await statement()
      const row = scansOf(device).find((scan) => scan.hash === hash)
      if (!row) return null
      const { seq, body, connected } = row
      return { seq, epoch: body?.epoch ?? 0, monoMs: body?.monoMs ?? 0, connected }
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
      const fresh = added.filter(({ seq, hash }) => !scans.get(keyOf({ device, seq, hash })))
      const receivedMs = Math.floor(scope.clockMs())
      for (const scan of fresh) put({ ...scan, device, event, branch: '', receivedMs })
      return new Set(fresh.map(({ hash }) => hash))
    },

    async findFork(device, seqs) {
      await statement()
      const counts = new Map<number, number>()
      for (const { seq } of scansOf(device)) counts.set(seq, (counts.get(seq) ?? 0) + 1)
      const twice = seqs.filter((seq) => (counts.get(seq) ?? 0) > 1)
      return twice.length === 0 ? null : Math.min(...twice)
    },

    async quarantineFrom(device, seq) {
      await statement()
      const own = scansOf(device)
      const touched: DirtyKey[] = []
      const branches = new Map<ScanHash, ScanHash>()
      for (const first of own.filter((scan) => scan.seq === seq)) {
        for (const scan of [first, ...followers(own, first)]) {
          const isFirst = own.some((o) => o.seq === scan.seq && o.prev === scan.prev && o !== scan)
          const branch = isFirst ? scan.hash : (branches.get(scan.prev) ?? scan.hash)
          branches.set(scan.hash, branch)
          if (scan.branch === branch && scan.quarantine !== null) continue
          put({ ...scan, branch, quarantine: scan.quarantine ?? 'after_fork' })
          // A void is about whom its target is about.
          const about =
            scans.all().find(({ body }) => body && body.id === scan.body?.target) ?? scan
          if (about.invitee !== null && about.body) {
            touched.push({ list: about.body.list, invitee: about.invitee })
          }
        }
      }
      return touched
    },

    async connectOnwards(device, from) {
      await statement()
      let far = from
      for (const next of followers(scansOf(device), from)) {
        put({ ...next, connected: true })
        if (next.seq > far.seq) far = { seq: next.seq, hash: next.hash }
      }
      return far
    },

    async saveHead(device, { seq, hash }) {
      await statement()
      const row = devices.get(device)
      if (row) devices.set(device, { ...row, throughSeq: seq, throughHash: hash })
    },

    async markFork(device, forkSeq) {
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
      const admits = scans
        .all()
        .filter(({ body, invitee }) => body?.verdict === 'admit' && invitee !== null)
      return admits
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
        .flatMap(({ body, invitee }) =>
          body && invitee !== null ? [{ list: body.list, invitee }] : [],
        )
    },

    raise: createIncidentRaiser(scope),

    async quarantinePush(device, reason, bytes) {
      await statement()
      const { quarantinedPushes } = scope
      quarantinedPushes.set(`${quarantinedPushes.all().length}`, { device, reason, bytes })
    },

    async enqueueDirty(event, keys) {
      await statement()
      const distinct = [...new Map(keys.map((key) => [`${key.list}/${key.invitee}`, key])).values()]
      await lock('sequence/outbox')
      const no = scope.outbox.all().length + 1
      const body = { event, keys: distinct.map(({ list, invitee }) => [list, invitee] as const) }
      scope.outbox.set(`${no}`, { tenant: scope.tenant, no, body, published: false })
    },
  }
}

/** The links that follow one without a gap, along every branch. */
function followers(own: readonly ScanRow[], from: ChainHead): readonly ScanRow[] {
  const found: ScanRow[] = []
  let level: readonly ChainHead[] = [from]
  while (level.length > 0) {
    const heads = new Map(level.map(({ seq, hash }) => [hash, seq]))
    const next = own.filter((scan) => heads.get(scan.prev) === scan.seq - 1)
    found.push(...next)
    level = next
  }
  return found
}
