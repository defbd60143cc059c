import type { GrantedEvent, OpenedPairing, PairedDevice, PairingStore } from '@eventpass/api'
import { sql } from 'drizzle-orm'
import { queryRows } from '../query-rows.ts'
import type { TenantScope } from '../tenant-scope.ts'

/** The device's side of pairing (DV1). */
export function createPairingStore({ db, tenant }: TenantScope): PairingStore {
  return {
    async takeCode(codeHash, nowMs) {
      const [row] = await queryRows<Record<string, unknown>>(
        db,
        sql`update pairing_codes set used_ms = ${nowMs}::bigint
            where tenant = ${tenant} and hash = decode(${codeHash}, 'hex') and used_ms is null
              and expires_ms > ${nowMs}::bigint
            returning event, list, gate, role`,
      )
      return (row as unknown as OpenedPairing) ?? null
    },

    async addWaiting(device, nowMs) {
      // The event's row is the lock under which its device numbers are given, without gaps or twins.
      await db.execute(sql`select 1 from events
        where tenant = ${tenant} and id = ${device.event} for no key update`)
      await db.execute(sql`
        insert into devices (tenant, id, event, no, label, role, list, gate, sign_key, wrap_key,
          state, through_hash, poll_hash, words, created_ms, waits_until_ms)
        values (${tenant}, ${device.id}, ${device.event},
          (select coalesce(max(no), 0) + 1 from devices
           where tenant = ${tenant} and event = ${device.event}),
          ${device.label}, ${device.role}, ${device.list}, ${device.gate},
          ${point(device.signKey)}, ${point(device.wrapKey)}, 'waiting',
          decode(repeat('00', 32), 'hex'), decode(${device.pollHash}, 'hex'),
          ${JSON.stringify(device.words)}::jsonb, ${nowMs}::bigint, ${device.waitsUntilMs}::bigint)`)
    },

    async findWaiting(event, pollHash, nowMs) {
      const [row] = await queryRows<Record<string, unknown>>(
        db,
        sql`select id, waits_until_ms::float8 as "waitsUntilMs" from devices
            where tenant = ${tenant} and event = ${event} and state = 'waiting'
              and poll_hash = decode(${pollHash}, 'hex') and waits_until_ms > ${nowMs}::bigint`,
      )
      return (row as unknown as Awaited<ReturnType<PairingStore['findWaiting']>>) ?? null
    },

    async getDevice(device) {
      const [row] = await queryRows<Record<string, unknown>>(
        db,
        sql`select event, list, gate, role, no as "deviceNo", state,
              translate(encode(wrap_key, 'base64'), E'+/=\n', '-_') as "wrapKey",
              encode(poll_hash, 'hex') as "pollHash", waits_until_ms::float8 as "waitsUntilMs"
            from devices where tenant = ${tenant} and id = ${device}`,
      )
      return (row as unknown as PairedDevice) ?? null
    },

    async readEvent(event) {
      const [row] = await queryRows<Record<string, unknown>>(
        db,
        sql`select name, encode(tag, 'hex') as tag, pin_hash as "pinHash",
              lease_ms::float8 as "leaseMs",
              coalesce((select json_agg(encode(o.tag, 'hex') order by o.tag) from events o
                where o.tenant = ${tenant} and o.id <> e.id), '[]'::json) as "otherTags",
              coalesce((select json_agg(json_build_object('kid', k.kid,
                'retired', k.retired_ms is not null) order by k.kid) from event_keys k
                where k.tenant = ${tenant} and k.event = e.id), '[]'::json) as kids
            from events e where e.tenant = ${tenant} and e.id = ${event}`,
      )
      return row as unknown as GrantedEvent
    },
  }
}

/** A raw point from base64url as `bytea`. */
function point(base64url: string) {
  return sql`decode(${Buffer.from(base64url, 'base64url').toString('hex')}, 'hex')`
}
