import { type Contact, groupBy, type TenantId } from '@eventpass/domain'
import type { HubLogRow, HubRow } from './hub-log.ts'
import type { ModelDatabase } from './model-database.ts'
import type { ScanRow } from './rows.ts'
import { createScope } from './scope.ts'

/** What a hub brings to central: a contact of its own, and its log as far as it hands it over. */
export interface HubVisit {
  readonly id: string
  readonly contact: Contact
  readonly log: readonly HubLogRow[]
}

/**
 * Takes in what a hub brings, and has ruled anew what it may move: keys with two admits or more
 * (LG8). Central has no use case for this yet; it does here what it will have to do.
 */
export function meetHub(
  database: ModelDatabase,
  { tenant, clockMs }: { readonly tenant: TenantId; readonly clockMs: () => number },
  { id, contact, log }: HubVisit,
): Promise<void> {
  return database.tx(async (tx) => {
    const { hubs, hubLog, scans, enqueue, statement } = createScope(tx, tenant, clockMs)
    await tx.lock(`hub/${id}`)
    await statement()
    const known = hubs.get(id) ?? { id, contacts: [], isLost: false }
    hubs.set(id, { ...known, contacts: [...known.contacts, contact] } satisfies HubRow)
    for (const row of log) hubLog.set(`${row.hub}/${row.seq}`, row)
    const admits = scans.all().filter(({ body, invitee }) => body?.verdict === 'admit' && invitee)
    const keys = groupBy(admits, ({ body, invitee }: ScanRow) => `${body?.list}/${invitee}`)
    for (const [first, ...others] of keys.values()) {
      const { body, invitee } = first ?? {}
      if (!body || !invitee || others.length === 0) continue
      await enqueue(body.event, [[body.list, invitee]])
    }
  })
}

/** A person strikes a hub that lost its disk off the list: nothing is waited for of it any more. */
export function loseHub(database: ModelDatabase, id: string): Promise<void> {
  return database.tx(async (tx) => {
    const hubs = tx.table<HubRow>('hubs')
    await tx.lock(`hub/${id}`)
    const row = hubs.get(id)
    if (row) hubs.set(id, { ...row, isLost: true })
  })
}
