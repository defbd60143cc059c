import type { DeviceAdminStore } from '@eventpass/api'
import type { DeviceId } from '@eventpass/domain'
import { and, asc, eq, lt } from 'drizzle-orm'
import { devices, pairingCodes } from '../schema/index.ts'
import type { TenantScope } from '../tenant-scope.ts'

const details = {
  id: devices.id,
  event: devices.event,
  no: devices.no,
  label: devices.label,
  role: devices.role,
  list: devices.list,
  gate: devices.gate,
  state: devices.state,
  words: devices.words,
  throughSeq: devices.throughSeq,
  waitsUntilMs: devices.waitsUntilMs,
  pairedMs: devices.pairedMs,
  lastContactMs: devices.lastContactMs,
}

export function createDeviceAdminStore({ tenant, db }: TenantScope): DeviceAdminStore {
  const isDevice = (device: DeviceId) => and(eq(devices.tenant, tenant), eq(devices.id, device))
  return {
    async addPairingCode(code, nowMs) {
      await db
        .delete(pairingCodes)
        .where(and(eq(pairingCodes.tenant, tenant), lt(pairingCodes.expiresMs, nowMs)))
      await db.insert(pairingCodes).values({ ...code, tenant })
    },
    findByEvent: (event, limit) =>
      db
        .select(details)
        .from(devices)
        .where(and(eq(devices.tenant, tenant), eq(devices.event, event)))
        .orderBy(asc(devices.no))
        .limit(limit),
    async lock(device) {
      const [row] = await db
        .select(details)
        .from(devices)
        .where(isDevice(device))
        .for('no key update')
      return row ?? null
    },
    async accept(device, pairedMs) {
      await db.update(devices).set({ state: 'active', pairedMs }).where(isDevice(device))
    },
    async refuse(device) {
      await db.update(devices).set({ state: 'refused' }).where(isDevice(device))
    },
    async revoke(device, retiredHeadSeq) {
      await db.update(devices).set({ state: 'revoked', retiredHeadSeq }).where(isDevice(device))
    },
    async move(device, { list, gate, role }) {
      await db.update(devices).set({ list, gate, role }).where(isDevice(device))
    },
  }
}
