import type { Digest } from '@eventpass/domain'
import type { ClaimOutput } from '@eventpass/sync'
import { TRPCError } from '@trpc/server'
import { describe, expect, test } from 'vitest'
import { type Door, digestAt, openDoorIn, type SyncWorld } from '../gates/open-door.contract.ts'

const gatesAtOnce = 50

/** The code of a refusal, or how the claim ended. */
async function endOf(claiming: Promise<ClaimOutput>): Promise<string> {
  try {
    return (await claiming).outcome
  } catch (error) {
    if (error instanceof TRPCError) return error.code
    throw error
  }
}

/** Admissions that are claimed from central, over real stores. */
export function claimsContract(open: () => SyncWorld): void {
  describe('claims', () => {
    const standing = async ({ world, tenant, event }: Door) =>
      (await world.readClaims(tenant, event.id)).filter(({ voidedBy }) => voidedBy === null)

    test('[CL1] a claim is granted once, and its op is found on it for good', async () => {
      const door = await openDoorIn(open(), 1)
      const { device, digests, pair, event } = door
      const intent = device.intend(digestAt(digests, 0))
      const granted = await device.claim(intent)
      expect(granted).toMatchObject({
        ...{ outcome: 'accepted', authority: 1, slot: 1 },
        verdict: { kind: 'admit', reason: null, tier: 'central', invitee: 1 },
        ticket: [
          intent.digest,
          1,
          'Guest 1',
          ...Array(8).fill(expect.toBeOneOf([null, 0, 'valid'])),
        ],
      })
      const other = await pair()
      const refused = await other.claim(other.intend(digestAt(digests, 0)))
      expect(refused).toMatchObject({
        outcome: 'taken',
        verdict: { kind: 'refuse', reason: 'used', earlier: { scan: intent.op } },
        by: { scan: intent.op, device: 'Tablet', gateName: event.gates[0]?.name },
      })
      expect(await standing(door)).toMatchObject([{ op: intent.op, slot: 1, settled: false }])
    })

    test('[CL2] fifty gates claim one code at once: one has it, forty-nine are told who and when', async () => {
      const door = await openDoorIn(open(), 1)
      const { digests, device, pair } = door
      const others = []
      while (others.length < gatesAtOnce - 1) others.push(await pair())
      // Every connection is open already, so that the claims really meet.
      await Promise.all(others.map((gate) => gate.contact()))
      const answers = await Promise.all(
        [device, ...others].map(async (gate) => {
          const intent = gate.intend(digestAt(digests, 0))
          return { op: intent.op, answer: await gate.claim(intent) }
        }),
      )
      const [winner, ...more] = answers.filter(({ answer }) => answer.outcome === 'accepted')
      expect(more).toEqual([])
      if (winner?.answer.outcome !== 'accepted') throw new Error('Nobody won.')
      const { op: scan } = winner
      const { atMs } = winner.answer
      const told = answers.flatMap(({ answer }) => (answer.outcome === 'taken' ? [answer.by] : []))
      expect(told).toHaveLength(gatesAtOnce - 1)
      for (const by of told) {
        expect(by).toMatchObject({ scan, device: 'Tablet', gateName: expect.any(String) })
        expect(Math.abs(by.atMs - atMs)).toBeLessThan(10_000)
      }
    })

    test('[LG9] the same op is told the same for good; under another question it is refused', async () => {
      const { device, digests, pair } = await openDoorIn(open(), 2)
      const intent = device.intend(digestAt(digests, 0))
      const first = await device.claim(intent)
      const again = await Promise.all([1, 2, 3].map(() => device.claim(intent)))
      expect(again).toEqual([first, first, first])
      const other = await pair()
      const loser = other.intend(digestAt(digests, 0))
      const lost = await other.claim(loser)
      await device.scanClaimed(intent, { verdict: 'refuse', reason: 'blocked' })
      await device.push(device.links)
      // The slot is free again, and still this op is told what it was told.
      expect(await other.claim(loser)).toEqual(lost)
      expect(await endOf(device.claim({ ...intent, digest: digestAt(digests, 1) }))).toBe(
        'UNPROCESSABLE_CONTENT',
      )
      // Another device may use the same id by chance or malice: it is another op.
      const copied = other.intend(digestAt(digests, 1), { op: intent.op })
      expect(await endOf(other.claim(copied))).toBe('accepted')
    })

    test('[CL6] the pushed scan settles its claim: an admit keeps it, anything else voids it', async () => {
      const door = await openDoorIn(open(), 2)
      const { device, digests, pair } = door
      const kept = device.intend(digestAt(digests, 0))
      await device.claim(kept)
      await device.scanClaimed(kept)
      const dropped = device.intend(digestAt(digests, 1))
      await device.claim(dropped)
      await device.scanClaimed(dropped, { verdict: 'attention', reason: 'old_list' })
      await device.push(device.links)
      await device.push(device.links)
      const claims = await door.world.readClaims(door.tenant, door.event.id)
      expect(claims).toMatchObject([
        { op: kept.op, settled: true, voidedBy: null },
        { op: dropped.op, settled: false, voidedBy: 'scan' },
      ])
      const other = await pair()
      expect(await endOf(other.claim(other.intend(digestAt(digests, 0))))).toBe('taken')
      expect(await endOf(other.claim(other.intend(digestAt(digests, 1))))).toBe('accepted')
    })

    test('[CL6] a claim that comes after its scan changes nothing that was shown', async () => {
      const door = await openDoorIn(open(), 2)
      const { device, digests } = door
      const [late, refused] = [0, 1].map((at) =>
        device.intend(digestAt(digests, at), { seq: at + 1 }),
      )
      if (!late || !refused) throw new Error('There are two.')
      await device.scanClaimed(late, { tier: 'replica' })
      await device.scanClaimed(refused, { tier: 'replica', verdict: 'refuse', reason: 'blocked' })
      await device.push(device.links)
      for (const intent of [late, refused]) await device.claim(intent)
      expect(await door.world.readClaims(door.tenant, door.event.id)).toMatchObject([
        { op: late.op, settled: true, voidedBy: null },
        { op: refused.op, settled: false, voidedBy: 'fence' },
      ])
    })

    test('[CL7] another scan at its number voids a claim, and so does a later life that never came to it', async () => {
      const door = await openDoorIn(open(), 3)
      const { device, digests, pair } = door
      await device.claim(device.intend(digestAt(digests, 0)))
      await device.scan(digestAt(digests, 2))
      await device.push(device.links)
      const other = await pair()
      expect(await endOf(other.claim(other.intend(digestAt(digests, 0))))).toBe('accepted')

      await device.claim(device.intend(digestAt(digests, 1)))
      await device.contact()
      // In the same life the scan may still come.
      expect(await endOf(other.claim(other.intend(digestAt(digests, 1), { seq: 2 })))).toBe('taken')
      device.clock.epoch += 1
      await device.contact()
      expect(await endOf(other.claim(other.intend(digestAt(digests, 1), { seq: 3 })))).toBe(
        'accepted',
      )
      const fenced = (await door.world.readClaims(door.tenant, door.event.id)).filter(
        ({ voidedBy }) => voidedBy !== null,
      )
      expect(fenced).toMatchObject([
        { device: device.id, voidedBy: 'fence' },
        { device: device.id, voidedBy: 'fence' },
      ])
    })

    test('[CL7] a fence that was reported before its claim came voids it as well', async () => {
      const door = await openDoorIn(open(), 2)
      const { device, digests } = door
      const slow = device.intend(digestAt(digests, 0))
      device.clock.epoch += 1
      await device.contact()
      await device.claim(slow)
      const next = device.intend(digestAt(digests, 1))
      device.clock.epoch += 1
      await device.claim(device.intend(digestAt(digests, 1)))
      await device.claim(next)
      expect(await standing(door)).toMatchObject([{ invitee: 2 }])
    })

    test('[CL7] a device takes over what it claimed and cannot have shown; another device cannot', async () => {
      const door = await openDoorIn(open(), 1)
      const { device, digests, pair } = door
      const lost = device.intend(digestAt(digests, 0))
      await device.claim(lost)
      const other = await pair()
      expect(await endOf(other.claim(other.intend(digestAt(digests, 0))))).toBe('taken')
      const again = device.intend(digestAt(digests, 0))
      expect(await endOf(device.claim(again))).toBe('accepted')
      expect(await standing(door)).toMatchObject([{ op: again.op }])

      await device.scanClaimed(again)
      // Its next number: the claimed scan may have been shown, so it is used.
      expect(await endOf(device.claim(device.intend(digestAt(digests, 0))))).toBe('taken')
      await device.push(device.links)
      device.clock.epoch += 1
      expect(await endOf(device.claim(device.intend(digestAt(digests, 0))))).toBe('taken')
    })

    test('[CL7] a claim of an earlier life that comes late takes nothing from the life after it', async () => {
      const door = await openDoorIn(open(), 1)
      const { device, digests } = door
      const slow = device.intend(digestAt(digests, 0))
      device.clock.epoch += 1
      const told = device.intend(digestAt(digests, 0))
      expect(await endOf(device.claim(told))).toBe('accepted')
      expect(await endOf(device.claim(slow))).toBe('taken')
      expect(await standing(door)).toMatchObject([{ op: told.op }])
    })

    test('[CL7] what a person undoes is free again', async () => {
      const door = await openDoorIn(open(), 1)
      const { device, digests, pair, reconcile } = door
      const intent = device.intend(digestAt(digests, 0))
      await device.claim(intent)
      const admit = await device.scanClaimed(intent)
      await device.scan(null, { act: 'void', target: admit.body.id })
      await device.push(device.links)
      await reconcile()
      const other = await pair()
      const next = other.intend(digestAt(digests, 0))
      expect(await endOf(other.claim(next))).toBe('accepted')
      expect(await standing(door)).toMatchObject([{ op: next.op }])
    })

    test('[CL7] what a revoked device undoes afterwards is not free: others are told who has it', async () => {
      const door = await openDoorIn(open(), 1)
      const { owner, device, digests, pair, reconcile } = door
      const intent = device.intend(digestAt(digests, 0))
      await device.claim(intent)
      const admit = await device.scanClaimed(intent)
      await device.contact()
      await device.push(device.links)
      await (await owner.call()).devicesAdmin.revoke({ device: device.id })
      await device.scan(null, { act: 'void', target: admit.body.id })
      await device.push(device.links)
      await reconcile()
      const other = await pair()
      expect(await other.claim(other.intend(digestAt(digests, 0)))).toMatchObject({
        ...{ outcome: 'taken', by: { scan: intent.op } },
      })
      expect(await standing(door)).toMatchObject([{ op: intent.op }])
    })

    test('[CL6] what was admitted offline and pushed is taken; what decide refuses is refused in its words', async () => {
      const { device, digests, pair, owner, event } = await openDoorIn(open(), 2)
      const offline = await pair()
      const admit = await offline.scan(digestAt(digests, 0))
      await offline.push(offline.links)
      expect(await device.claim(device.intend(digestAt(digests, 0)))).toMatchObject({
        outcome: 'taken',
        by: { scan: admit.body.id, device: 'Tablet' },
      })
      await (await owner.call()).invitees.setDoor({
        ...{ event: event.id, no: 2, blocked: true, notice: 'Call security' },
      })
      expect(await device.claim(device.intend(digestAt(digests, 1), { seq: 2 }))).toMatchObject({
        outcome: 'refused',
        verdict: { kind: 'refuse', reason: 'blocked', notice: 'Call security' },
      })
      const unknown = device.intend('0'.repeat(32) as never, { seq: 3 })
      expect(await device.claim(unknown)).toMatchObject({
        outcome: 'refused',
        verdict: { kind: 'attention', reason: 'unlisted' },
        ticket: null,
      })
      const strange = device.intend(digestAt(digests, 1), { seq: 4, list: crypto.randomUUID() })
      expect((await device.claim(strange)).outcome).toBe('refused')
    })

    test('[CL8] while a hub holds the authority central grants nothing and names the hub', async () => {
      const door = await openDoorIn(open(), 1)
      const { world, tenant, event, device, digests } = door
      const hub = crypto.randomUUID()
      await world.giveAuthority(tenant, event.id, hub)
      const intent = device.intend(digestAt(digests, 0))
      expect(await device.claim(intent)).toEqual({ outcome: 'ask_hub', authority: 2, hub })
      expect(await standing(door)).toEqual([])
      await world.giveAuthority(tenant, event.id, null)
      expect(await device.claim(intent)).toMatchObject({ outcome: 'accepted', authority: 3 })
    })

    test('[EN3] a list that admits again counts its slots on and never gives a number anew', async () => {
      const door = await openDoorIn(open(), 1)
      const { owner, event, digests, pair } = door
      const list = await (await owner.call()).events.addList({
        event: event.id,
        list: {
          ...{ name: 'Zone', counting: 'stay', reEntry: true, categories: null, unpaid: 'ask' },
          ...{ rules: [], question: null },
        },
      })
      const device = await pair({ list: list.id })
      for (const slot of [1, 2, 3]) {
        const intent = device.intend(digestAt(digests, 0))
        expect(await device.claim(intent)).toMatchObject({ outcome: 'accepted', slot })
        await device.scanClaimed(intent)
        await device.scan(digestAt(digests, 0), { act: 'exit' })
        await device.push(device.links)
      }
      expect((await standing(door)).map(({ slot }) => slot)).toEqual([1, 2, 3])
    })

    test('[EN3] a list with a limit is claimed up to it, whoever asks at once', async () => {
      const door = await openDoorIn(open(), 1)
      const { owner, event, digests, pair } = door
      const list = await (await owner.call()).events.addList({
        event: event.id,
        list: {
          ...{ name: 'Bar', counting: 'many', reEntry: true, categories: null, unpaid: 'ask' },
          ...{ rules: [{ kind: 'entries_total', max: 3 }], question: null },
        },
      })
      const devices = []
      while (devices.length < 8) devices.push(await pair({ list: list.id }))
      const ends = await Promise.all(
        devices.map((device) => endOf(device.claim(device.intend(digestAt(digests, 0))))),
      )
      expect(ends.sort()).toEqual([...Array(3).fill('accepted'), ...Array(5).fill('refused')])
      expect((await standing(door)).map(({ slot }) => slot).sort()).toEqual([1, 2, 3])
    })

    test('[CL12] claims of one moment that share a statement are told each its own', async () => {
      const door = await openDoorIn(open(), 30)
      const { digests, device, pair } = door
      const rival = await pair()
      // The frame is known from now on.
      await device.claim(device.intend(digestAt(digests, 0), { seq: 1 }))
      const intents = digests.slice(1).map((digest, at) => {
        const gate = at % 3 === 0 ? rival : device
        return { gate, intent: gate.intend(digest, { seq: at + 2 }) }
      })
      const strange = {
        gate: device,
        intent: device.intend('00'.repeat(16) as Digest, { seq: 99 }),
      }
      const twice = { gate: rival, intent: rival.intend(digestAt(digests, 0), { seq: 98 }) }
      const told = await Promise.all(
        [...intents, strange, twice].map(({ gate, intent }) => gate.claim(intent)),
      )
      expect(told.map(({ outcome }) => outcome)).toEqual([
        ...intents.map(() => 'accepted'),
        'refused',
        'taken',
      ])
      expect(told.slice(0, -2).map((answer) => 'ticket' in answer && answer.ticket?.[0])).toEqual(
        intents.map(({ intent }) => intent.digest),
      )
      expect(await standing(door)).toHaveLength(30)
      const keys = (await door.world.takeDirty(door.tenant)).flat()
      expect(keys.map(({ invitee }) => invitee).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 30 }, (_, at) => at + 1),
      )
    })

    test('[CL12] an edited policy and a revoked device count from the next claim on', async () => {
      const { device, digests, owner, event } = await openDoorIn(open(), 3)
      const ask = (at: number) =>
        device.claim(device.intend(digestAt(digests, at), { seq: at + 1, code: 'by_name' }))
      const caller = await owner.call()
      await caller.events.edit({ event: event.id, policy: { byName: 'steward' } })
      const before = await ask(0)
      await caller.events.edit({ event: event.id, policy: { byName: 'refuse' } })
      expect([before, await ask(1)]).toMatchObject([
        { verdict: { kind: 'admit' } },
        { verdict: { kind: 'refuse' } },
      ])
      await caller.devicesAdmin.revoke({ device: device.id })
      expect(await endOf(ask(2))).toBe('FORBIDDEN')
    })

    test('a revoked device claims nothing', async () => {
      const { device, digests, owner } = await openDoorIn(open(), 1)
      await (await owner.call()).devicesAdmin.revoke({ device: device.id })
      expect(await endOf(device.claim(device.intend(digestAt(digests, 0))))).toBe('FORBIDDEN')
    })
  })
}
