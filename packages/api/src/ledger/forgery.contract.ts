import type { Digest, ScanBody, TicketId } from '@eventpass/domain'
import { classifyToken } from '@eventpass/token'
import { expect, test } from 'vitest'
import { openDoorIn, type SyncWorld } from '../gates/open-door.contract.ts'
import type { TestDevice } from '../gates/test-device.contract.ts'
import { createTicketSigner } from '../tickets/sign-tickets.ts'

/** What central makes of the tokens that gates kept because no list named them. */
export function forgeryContract(open: () => SyncWorld): void {
  test('[IN1] a genuine code of a ticket that was never issued is a suspected forgery; no token is kept', async () => {
    const door = await openDoorIn(open(), 1)
    const { world, owner, event, device, incidents } = door
    const caller = await owner.call()
    const { id } = await caller.invitees.upload({
      event: event.id,
      fileName: 'guests.csv',
      bytes: (async function* () {
        yield new TextEncoder().encode('Name\nAnna')
      })(),
    })
    await caller.invitees.importCommit({ id })
    const tickets = await caller.tickets.export({ event: event.id })
    const issued = tickets.find(({ name }) => name === 'Anna')?.token ?? ''
    const forged = await signToken(door, 'ffffffffffffffffffffffff' as TicketId)
    const seen = [await digestOf(door, issued), await digestOf(door, forged)] as const
    const unlisted = { reason: 'unlisted', tier: 'signature' } as const satisfies Partial<ScanBody>
    await device.scan(seen[0], unlisted, issued)
    const suspect = await device.scan(seen[1], { ...unlisted, verdict: 'attention' }, forged)
    const noise = await device.scan(null, { verdict: 'refuse', reason: 'unreadable' }, 'hello')
    await device.push(device.links)
    await device.push(device.links)
    expect(await incidents()).toMatchObject([
      { kind: 'forgery_suspected', status: 'open', scans: [{ id: suspect.body.id }] },
    ])
    const kept = await world.findTexts(device.grant.tenant)
    expect(kept).toEqual([{ hash: noise.hash, field: 'code', text: 'hello' }])
  })
}

type Door = {
  readonly world: SyncWorld
  readonly device: TestDevice
}

async function signToken({ world, device }: Door, ticket: TicketId): Promise<string> {
  const { tenant, event, eventTag: tag, keys } = device.grant
  const kid = keys[0]?.kid ?? 1
  return (await createTicketSigner(world.deps, { tenant, event, tag, kid })).token(ticket)
}

/** Of a token, without asking whether its MAC holds. */
async function digestOf({ world, device }: Door, token: string): Promise<Digest> {
  const held = { otherTags: new Set<string>(), keys: null, retiredKids: new Set<number>() }
  const facts = await classifyToken(world.deps.subtle, token, {
    ...held,
    eventTag: device.grant.eventTag,
  })
  if (!facts.digest) throw new Error('That is no token.')
  return facts.digest
}
