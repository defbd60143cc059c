import type { DeviceAdminStore } from '@eventpass/api'
import type { DeviceId } from '@eventpass/domain'
import { and, asc, eq, lt, sql } from 'drizzle-orm'
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
  forkSeq: devices.forkSeq,
  // Columns by name: of a single table drizzle leaves the table out, and scans have an id too.
  highestSeq: sql<number>`coalesce((select max(s.seq) from scans s
    where s.tenant = devices.tenant and s.device = devices.id), 0)`,
  signedSeq: sql<number>`coalesce((select max(c.head_seq) from contacts c
    where c.tenant = devices.tenant and c.device = devices.id), 0)`,
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
    async findPairingCode(hash) {
      const [row] = await db
        .select({ usedMs: pairingCodes.usedMs, expiresMs: pairingCodes.expiresMs })
        .from(pairingCodes)
        .where(and(eq(pairingCodes.tenant, tenant), eq(pairingCodes.hash, hash)))
      return row ? { used: row.usedMs !== null, expiresMs: row.expiresMs } : null
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
      // Contact zero (TM): it has no list and no key before, so whatever it scans comes after.
      const nowMs = sql`floor(extract(epoch from clock_timestamp()) * 1000)::bigint`
      await db.execute(sql`
        insert into contacts (tenant, event, device, node, epoch, head_seq, place, head_hash,
                              mono_ms, wall_ms, ti_ms, tr_ms)
        select ${tenant}, event, id, 'central', 0, 0, 'first', through_hash, 0, 0, ${nowMs}, ${nowMs}
        from devices where tenant = ${tenant} and id = ${device}`)
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
