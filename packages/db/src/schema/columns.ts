import type { TenantId } from '@eventpass/domain'
import { bigint, customType, uuid } from 'drizzle-orm/pg-core'

/** Whose row it is. Row-level security compares it with the transaction's tenant (TN1). */
export const tenantColumn = () => uuid('tenant').$type<TenantId>().notNull()

/** Whole milliseconds since 1970 UTC, as on the wire. */
export const ms = (name: string) => bigint(name, { mode: 'number' })

/** A `bytea` that is lower-case hex in TypeScript, two characters a byte. */
export const hex = customType<{ data: string; driverData: Uint8Array }>({
  dataType: () => 'bytea',
  toDriver: (text) => Buffer.from(text, 'hex'),
  fromDriver: (bytes) => Buffer.from(bytes).toString('hex'),
})

/** A `bytea` that is bytes in TypeScript. */
export const bytes = customType<{
  data: Uint8Array<ArrayBuffer>
  driverData: Uint8Array
}>({
  dataType: () => 'bytea',
  toDriver: (value) => value,
  fromDriver: (value) => new Uint8Array(value),
})
