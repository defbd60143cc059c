import type { ErasureStore } from '@eventpass/api'
import { erasedName } from '@eventpass/domain'
import { sql } from 'drizzle-orm'
import { jsonRows } from '../ledger/json-rows.ts'
import type { TenantScope } from '../tenant-scope.ts'

/** Blanks a person and what their companions were named by, each with their tickets, under one revision. */
export async function blankPerson(
  { tenant, db }: TenantScope,
  ...[event, no, { erasedMs, revision }, companions]: Parameters<ErasureStore['blank']>
): Promise<void> {
  const nothing = sql`email = null, phone = null, phone_key = '', external_id = null, notice = null,
    revision = ${revision}::bigint`
  await db.execute(sql`
    with blanked as (
      update invitees i set name = ${erasedName}, fold = ${erasedName}, category = null,
        party = null, blocked = false, erased_ms = ${erasedMs}::bigint, ${nothing}
      where i.tenant = ${tenant} and i.event = ${event} and i.no = ${no}
      returning i.id)
    update tickets t set revision = ${revision}::bigint,
      state = case when t.state in ('valid', 'unpaid') then 'cancelled' else t.state end,
      state_ms = case when t.state in ('valid', 'unpaid') then ${erasedMs}::bigint else t.state_ms end
    from blanked b where t.tenant = ${tenant} and t.invitee = b.id`)
  await db.execute(sql`
    with renamed as (
      update invitees i set name = k.name, fold = k.fold, ${nothing}
      from ${jsonRows(companions, 'no int, name text, fold text')}
      where i.tenant = ${tenant} and i.event = ${event} and i.no = k.no
      returning i.id)
    update tickets t set revision = ${revision}::bigint
    from renamed r where t.tenant = ${tenant} and t.invitee = r.id`)
}
