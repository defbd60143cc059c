import {
  decodeToken,
  deriveEventKey,
  digestToken,
  importVerifyKey,
  verifyToken,
} from '@eventpass/token'
import { expect, test } from 'vitest'
import { openList } from '../invitees/open-list.contract.ts'
import type { World } from '../tenancy/world.contract.ts'

/** Tickets and their tokens, over real stores. */
export function ticketsContract(open: () => World): void {
  test('[IM9] each new invitee gets a ticket whose token verifies, and gates find it by its digest', async () => {
    const world = open()
    const { caller, event, importLines } = await openList(world)
    await importLines(['Name', 'Anna', 'Ben'])
    const { tenant } = await caller.accounts.me()
    const { deps } = world
    const key = await deriveEventKey(deps.subtle, await deps.tenantKey(tenant), tenant, event, 0)
    const verifying = await importVerifyKey(deps.subtle, key)
    const printed = await caller.tickets.export({ event })
    expect(printed.map(({ no, name, generation }) => [no, name, generation])).toEqual([
      [1, 'Anna', 1],
      [2, 'Ben', 1],
    ])
    expect(new Set(printed.map(({ token }) => token)).size).toBe(2)
    for (const { token, no } of printed) {
      const decoded = decodeToken(token)
      if (!decoded.ok) throw new Error('a printed token can be read')
      expect(await verifyToken(deps.subtle, verifying, decoded.value)).toBe(true)
      const digest = await digestToken(deps.subtle, decoded.value.bytes)
      const found = await deps.tx(tenant, (tx) => tx.ledger.findInvitees(event, [digest]))
      expect(found.get(digest)).toBe(no)
    }
    expect((await caller.tickets.export({ event, after: 1 })).map(({ no }) => no)).toEqual([2])
  })

  test('[IM9] editing an invitee never changes the token; reprinting does, and the old one is marked', async () => {
    const world = open()
    const { caller, event, importLines } = await openList(world)
    await importLines(['id,name', 'a,Anna'])
    const [first] = await caller.tickets.export({ event })
    await importLines(['id,name,category', 'a,Anna Berg,VIP'])
    const [edited] = await caller.tickets.export({ event })
    expect(edited).toEqual({ ...first, name: 'Anna Berg', category: 'VIP' })

    const reprinted = await caller.tickets.reprint({ event, no: 1 })
    expect(reprinted).toMatchObject({ no: 1, generation: 2, state: 'valid' })
    expect(reprinted.token).not.toBe(first?.token)
    expect(await caller.tickets.export({ event })).toEqual([reprinted])
    const { tenant } = await caller.accounts.me()
    const old = decodeToken(String(first?.token))
    if (!old.ok) throw new Error('a printed token can be read')
    const digest = await digestToken(world.deps.subtle, old.value.bytes)
    const changes = await world.deps.tx(tenant, (tx) =>
      tx.manifest.findChanges(event, 0, 1_000, 10),
    )
    expect(changes.tickets.find((ticket) => ticket.digest === digest)).toMatchObject({
      state: 'reprinted',
      stateAtMs: world.clock.ms,
    })
  })

  test('[IM9] a reprint is in the audit log by person and hashes; neither code is', async () => {
    const { deps, clock } = open()
    const { caller, event, importLines } = await openList({ deps, clock })
    await importLines(['name', 'Anna'])
    const [before] = await caller.tickets.export({ event })
    const after = await caller.tickets.reprint({ event, no: 1 })
    const { tenant, user } = await caller.accounts.me()
    const [row] = await deps.tx(tenant, (tx) => tx.audit.findRecent(1))
    expect(row).toMatchObject({ action: 'tickets.reprint', who: `user:${user.id}` })
    expect(row?.beforeHash).not.toBe(row?.afterHash)
    for (const { token } of [before, after].flatMap((ticket) => ticket ?? [])) {
      expect(JSON.stringify(row)).not.toContain(token)
    }
  })

  test('a revoked ticket is not reprinted; restoring it keeps its code', async () => {
    const { caller, event, importLines } = await openList(open())
    await importLines(['name', 'Anna'])
    const no = 1
    const [before] = await caller.tickets.export({ event })
    await caller.tickets.setState({ event, no, state: 'revoked' })
    await expect(caller.tickets.reprint({ event, no })).rejects.toThrow('Restore it')
    await caller.tickets.setState({ event, no, state: 'valid' })
    expect(await caller.tickets.export({ event })).toEqual([before])
  })
}
