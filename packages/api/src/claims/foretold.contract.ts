/**
 * Goal: a claim whose answer was decided before its guest was looked up is told what reading first would
 * tell (CL13).
 * Method: the same story before two centrals, of which one recalls nothing and so always reads first.
 */
import type { ClaimOutput } from '@eventpass/sync'
import { TRPCError } from '@trpc/server'
import { expect, test } from 'vitest'
import { digestAt, openDoorIn, type SyncWorld } from '../gates/open-door.contract.ts'
import { acceptClaim } from './accept-claim.ts'
import type { Claim } from './claim.ts'

type Told = ClaimOutput | { readonly error: string }

async function toldBy(claiming: Promise<ClaimOutput>): Promise<Told> {
  try {
    return await claiming
  } catch (error) {
    if (error instanceof TRPCError) return { error: error.code }
    throw error
  }
}

/** Guests of all kinds claim, some twice, while the event is edited; what everybody was told. */
async function tellStory(world: SyncWorld): Promise<readonly Told[]> {
  const { owner, event, device, digests, pair, place } = await openDoorIn(world, 10)
  const caller = await owner.call()
  const rival = await pair()
  const told: Told[] = []
  const say = async (claiming: Promise<ClaimOutput>) => void told.push(await toldBy(claiming))
  const ask = (at: number, seq: number, by = device) =>
    say(by.claim(by.intend(digestAt(digests, at), { seq })))

  // From now on the list and the tablet are known.
  await ask(0, 1)
  await ask(1, 2)
  await ask(1, 1, rival)
  await ask(2, 2, rival)
  const again = device.intend(digestAt(digests, 3), { seq: 3 })
  await say(device.claim(again))
  await say(device.claim(again))
  await say(device.claim({ ...again, digest: digestAt(digests, 4) }))
  const door = { event: event.id, no: 5, blocked: true, notice: 'Call security' }
  await caller.invitees.setDoor(door)
  await ask(4, 4)
  await caller.invitees.setDoor({ ...door, blocked: false })
  await ask(4, 5)
  await caller.tickets.setState({ event: event.id, no: 6, state: 'cancelled' })
  await ask(5, 6)
  await caller.events.edit({ event: event.id, policy: { replicaAgeMsMax: 60_000 } })
  await ask(6, 7)
  // It was beyond that number already: the claim comes late.
  const pushed = await device.scan(digestAt(digests, 7))
  await device.push([pushed])
  await ask(7, pushed.seq)
  await world.giveAuthority(device.grant.tenant, event.id, rival.id)
  await ask(8, 9)
  await world.giveAuthority(device.grant.tenant, event.id, null)
  await ask(8, 10)
  await caller.devicesAdmin.revoke({ device: rival.id })
  await ask(8, 3, rival)
  // Revoked between the look at its pass and the claim.
  const late = rival.intend(digestAt(digests, 9), { seq: 4 }) as unknown as Claim
  const claimed = await acceptClaim(world.deps, device.grant.tenant, late, 'scan')
  told.push({ error: claimed.ok ? claimed.value.outcome : claimed.failure.kind })
  // Ids differ from one central to the next.
  const names = [...digests, device.id, rival.id, again.op, place.gate, place.list]
  return told.map(({ ...answer }) => JSON.parse(withoutIds(JSON.stringify(answer), names)))
}

function withoutIds(text: string, names: readonly string[]): string {
  const named = names.reduce((rest, name, at) => rest.replaceAll(name, `#${at}`), text)
  const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g
  return named.replace(uuid, 'an id').replace(/"(atMs|whenMs)":\d+/g, '"$1":0')
}

/** For stores that write what was foretold, `insertForetold`. */
export function foretoldContract(open: () => SyncWorld): void {
  test('[CL13] what was decided before looking is what reading first tells', async () => {
    let foretold = 0
    const world = open()
    const { claimSteps } = world.deps
    const counting: typeof claimSteps = {
      ...claimSteps,
      async insertForetold(tenant, claim) {
        const facts = await claimSteps.insertForetold(tenant, claim)
        if (facts) foretold += 1
        return facts
      },
    }
    const readingFirst = { ...claimSteps, recall: () => null }
    const one = await tellStory({ ...world, deps: { ...world.deps, claimSteps: counting } })
    const other = await tellStory({ ...world, deps: { ...world.deps, claimSteps: readingFirst } })
    expect(one).toEqual(other)
    expect(foretold).toBeGreaterThanOrEqual(5)
    expect(
      new Set(one.map((answer) => ('error' in answer ? answer.error : answer.outcome))),
    ).toEqual(
      new Set([
        ...['accepted', 'taken', 'refused', 'ask_hub'],
        ...['FORBIDDEN', 'device_revoked', 'UNPROCESSABLE_CONTENT'],
      ]),
    )
  })
}
