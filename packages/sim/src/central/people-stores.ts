import type {
  AccountStore,
  AuditStore,
  DeviceAdminStore,
  DeviceDetails,
  PairingStore,
} from '@eventpass/api'
import type { DeviceNo } from '@eventpass/domain'
import { zeroHash } from '@eventpass/sync'
import type { DeviceRow } from './rows.ts'
import type { Scope } from './scope.ts'

export function createModelPairing(scope: Scope): PairingStore {
  const { codes, devices, events, statement } = scope
  return {
    async takeCode(codeHash, nowMs) {
      await scope.lock(`code/${codeHash}`)
      await statement()
      const row = codes.get(codeHash)
      if (!row || row.used || row.expiresMs <= nowMs) return null
      codes.set(codeHash, { ...row, used: true })
      const { event, list, gate, role } = row
      return { event, list, gate, role }
    },
    async addWaiting(device) {
      await scope.lock(`event/${device.event}`)
      await statement()
      const numbers = devices.all().flatMap((row) => (row.event === device.event ? [row.no] : []))
      devices.set(device.id, {
        ...device,
        tenant: scope.tenant,
        no: (Math.max(0, ...numbers) + 1) as DeviceNo,
        state: 'waiting',
        throughSeq: 0,
        throughHash: zeroHash,
        retiredHeadSeq: null,
        forkSeq: null,
        pairedMs: null,
        lastContactMs: null,
        heldRevision: 0,
      })
    },
    async findWaiting(event, pollHash, nowMs) {
      await statement()
      const isIt = (row: DeviceRow) => row.event === event && row.pollHash === pollHash
      const row = devices.all().find((one) => one.state === 'waiting' && isIt(one))
      const waitsUntilMs = row?.waitsUntilMs ?? 0
      return row && waitsUntilMs > nowMs ? { id: row.id, waitsUntilMs } : null
    },
    async getDevice(id) {
      await statement()
      const row = devices.get(id)
      if (!row || row.state === 'desk') return null
      const { state } = row
      const { event, list, gate, role, no, wrapKey, pollHash, waitsUntilMs } = row
      return { event, list, gate, role, deviceNo: no, wrapKey, pollHash, waitsUntilMs, state }
    },
    async readEvent(id) {
      await statement()
      const row = events.get(id)
      if (!row) throw new Error(`There is no event ${id}.`)
      const { name, tag, pinHash, leaseMs, signingKid } = row
      const kids = [{ kid: signingKid, retired: false }]
      const others = events.all().filter((other) => other.tenant === row.tenant && other.id !== id)
      return {
        name,
        tag,
        otherTags: others.map((other) => other.tag).sort(),
        kids,
        pinHash,
        leaseMs,
      }
    },
  }
}

export function createModelDeviceAdmin(scope: Scope): DeviceAdminStore {
  const { codes, contacts, devices, statement, tenant } = scope
  const toDetails = (row: DeviceRow): DeviceDetails => {
    const scans = scope.scans.all().filter(({ device }) => device === row.id)
    const heads = contacts.all().filter(({ device }) => device === row.id)
    return {
      ...row,
      highestSeq: Math.max(0, ...scans.map(({ seq }) => seq)),
      signedSeq: Math.max(0, ...heads.map(({ headSeq }) => headSeq)),
    }
  }
  const change = async (id: string, changed: Partial<DeviceRow>) => {
    await statement()
    const row = devices.get(id)
    if (row) devices.set(id, { ...row, ...changed })
  }
  return {
    async addPairingCode({ hash, createdBy: _, ...code }, nowMs) {
      await statement()
      void nowMs
      codes.set(hash, { ...code, tenant, used: false })
    },
    async findPairingCode(hash) {
      await statement()
      return codes.get(hash) ?? null
    },
    async findByEvent(event, limit) {
      await statement()
      return devices
        .all()
        .filter((row) => row.event === event)
        .sort((a, b) => a.no - b.no)
        .slice(0, limit)
        .map(toDetails)
    },
    async lock(id) {
      await scope.lock(`device/${id}`)
      await statement()
      const row = devices.get(id)
      return row ? toDetails(row) : null
    },
    async accept(id, pairedMs) {
      await change(id, { state: 'active', pairedMs })
      const row = devices.get(id)
      if (!row) return
      // Contact zero: it has no list and no key before, so whatever it scans comes after.
      const nowMs = Math.floor(scope.clockMs())
      contacts.set(`${id}/0/0/central/first`, {
        ...{ device: row.id, node: 'central', epoch: 0, headSeq: 0, headHash: row.throughHash },
        ...{ monoMs: 0, wallMs: 0, tiMs: nowMs, trMs: nowMs, place: 'first' },
      })
    },
    refuse: (id) => change(id, { state: 'refused' }),
    revoke: (id, retiredHeadSeq) => change(id, { state: 'revoked', retiredHeadSeq }),
    move: (id, place) => change(id, place),
  }
}

export function createModelAccounts({ users, tenant, statement }: Scope): AccountStore {
  return {
    createTenant: statement,
    getTenantName: async () => tenant,
    async addUser({ createdMs: _, ...user }) {
      await statement()
      if (users.all().some(({ email }) => email === user.email)) return false
      users.set(user.id, { ...user, tenant })
      return true
    },
    async findUser(id) {
      await statement()
      return users.get(id) ?? null
    },
    async findUsers() {
      await statement()
      return users.all().filter((user) => user.tenant === tenant)
    },
  }
}

export function createModelAudit({ audit, tenant, statement }: Scope): AuditStore {
  return {
    async append(row) {
      await statement()
      audit.set(`${audit.all().length}`, { ...row, tenant })
    },
    async findRecent(limit) {
      await statement()
      return audit
        .all()
        .filter((row) => row.tenant === tenant)
        .reverse()
        .slice(0, limit)
    },
  }
}
