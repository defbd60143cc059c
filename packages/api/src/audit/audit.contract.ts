import { expect, test } from 'vitest'
import { openEvent, openTenant, type World } from '../tenancy/world.contract.ts'
import { saltedHash } from './write-audit.ts'

/** Every change tells who made it, in its own transaction. */
export function auditContract(open: () => World): void {
  test('a change writes who, what and a salted hash; the content itself is not in the row', async () => {
    const { deps, clock } = open()
    const owner = await openTenant({ deps, clock })
    const caller = await owner.call()
    const { tenant, user } = await caller.accounts.me()
    const { id: event } = await openEvent(owner)
    await caller.events.addGate({ event, name: 'North' })

    const rows = await deps.tx(tenant, (tx) => tx.audit.findRecent(10))
    expect(rows.map(({ action }) => action)).toEqual([
      'events.add_gate',
      'events.create',
      'accounts.signup',
    ])
    expect(rows.every(({ who }) => who === `user:${user.id}`)).toBe(true)
    const [added] = rows
    const gate = (await caller.events.get({ event })).gates[1]
    expect(added?.afterHash).toBe(await saltedHash(deps, String(added?.salt), gate))
    expect(added?.beforeHash).toBeNull()
    expect(new Set(rows.map(({ salt }) => salt)).size).toBe(3)
  })

  test('what fails leaves no audit row', async () => {
    const { deps, clock } = open()
    const owner = await openTenant({ deps, clock })
    const caller = await owner.call()
    const { tenant } = await caller.accounts.me()
    const { id: event } = await openEvent(owner)
    await caller.events.addGate({ event, name: 'Main entrance' }).catch(() => {})
    const rows = await deps.tx(tenant, (tx) => tx.audit.findRecent(10))
    expect(rows.map(({ action }) => action)).toEqual(['events.create', 'accounts.signup'])
  })
}
