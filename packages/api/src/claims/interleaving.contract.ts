/**
 * Goal: at most one accepted claim of a slot stands, whatever devices do at the same time (CL1).
 * Method: plans of random steps by three tablets over two codes on a list that counts once and one that
 * counts stays; each tablet goes its way, all at once, over real stores. After each plan every
 * `accepted` that anybody heard is looked up, and the claims that stand are counted by key.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { digestAt, openDoorIn, type SyncWorld } from '../gates/open-door.contract.ts'
import type { TestDevice } from '../gates/test-device.contract.ts'

const steps = [
  'claim',
  'ask again',
  'admit',
  'refuse',
  'leave',
  'push',
  'restart',
  'contact',
] as const
const anyWalk = fc.array(fc.record({ step: fc.constantFrom('claim', ...steps), code: fc.nat(1) }), {
  minLength: 2,
  maxLength: 7,
})
const anyPlan = fc.tuple(fc.boolean(), fc.tuple(anyWalk, anyWalk, anyWalk))

export function interleavingContract(open: () => SyncWorld): void {
  test('[CL1] of any slot at most one claim stands, whatever tablets do at once', async () => {
    await fc.assert(
      fc.asyncProperty(anyPlan, async ([stays, walks]) => {
        const door = await openDoorIn(open(), 2)
        const { world, tenant, event, digests } = door
        const list = stays ? await addZone(door) : door.place.list
        const accepted: string[] = []
        const walk = async (device: TestDevice, plan: (typeof walks)[number]) => {
          let open = device.intend(digestAt(digests, 0))
          for (const { step, code } of plan) {
            const digest = digestAt(digests, code)
            if (step === 'claim') open = device.intend(digest)
            if (step === 'claim' || step === 'ask again') {
              const answer = await device.claim(open)
              if (answer.outcome === 'accepted') accepted.push(open.op)
            } else if (step === 'push') {
              if (device.links.length > 0) await device.push(device.links)
            } else if (step === 'contact' || step === 'restart') {
              if (step === 'restart') device.clock.epoch += 1
              await device.contact()
            } else if (step === 'leave') await device.scan(digest, { act: 'exit', list })
            else if (open.seq === (device.links.at(-1)?.seq ?? 0) + 1) {
              await device.scanClaimed(open, { verdict: step })
            }
          }
        }
        await Promise.all(walks.map(async (plan) => walk(await door.pair({ list }), plan)))
        await door.reconcile()

        const claims = await world.readClaims(tenant, event.id)
        const ops = claims.map(({ op }) => op)
        expect(ops).toEqual(expect.arrayContaining(accepted))
        const keys = claims
          .filter(({ voidedBy }) => voidedBy === null)
          .map(({ authority, list, invitee, slot }) => `${authority}/${list}/${invitee}/${slot}`)
        expect(keys).toEqual([...new Set(keys)])
      }),
      { numRuns: 12 },
    )
  })
}

async function addZone({ owner, event }: Awaited<ReturnType<typeof openDoorIn>>) {
  const list = {
    ...({
      name: 'Zone',
      counting: 'stay',
      reEntry: true,
      categories: null,
      unpaid: 'ask',
    } as const),
    ...{ rules: [], question: null },
  }
  return (await (await owner.call()).events.addList({ event: event.id, list })).id
}
