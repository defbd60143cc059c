import { TRPCError } from '@trpc/server'
import { describe, expect, test } from 'vitest'
import { type Door, digestAt, openDoorIn, type SyncWorld } from '../gates/open-door.contract.ts'

/** Gifts: claimed, handed out offline, undone, counted. */
export function giftsContract(open: () => SyncWorld): void {
  describe('gifts', () => {
    const openDesk = async (tickets: number, stock: number | null) => {
      const door = await openDoorIn(open(), tickets)
      const { owner, event } = door
      const gift = await (await owner.call()).gifts.create({
        event: event.id,
        name: 'Shirt',
        stock,
      })
      const desk = () => door.pair({ list: gift.id })
      return { ...door, gift, desk }
    }
    const giftsOf = async ({ owner, event }: Door) =>
      (await owner.call()).gifts.list({ event: event.id })
    const stateOf = async ({ owner, event }: Door, no: number) =>
      (await (await owner.call()).invitees.list({ event: event.id })).find((one) => one.no === no)
        ?.state
    const handOutsOf = async ({ owner, event }: Door) =>
      (await owner.call()).gifts.handOuts({ event: event.id })

    test('[GF2] an event has several gifts, each once an invitee, and a desk is paired to one', async () => {
      const door = await openDesk(1, null)
      const { owner, event, gift, desk, digests } = door
      const bag = await (await owner.call()).gifts.create({ event: event.id, name: 'Bag' })
      const digest = digestAt(digests, 0)
      for (const at of [gift, bag]) {
        const [one, other] = [await door.pair({ list: at.id }), await door.pair({ list: at.id })]
        expect((await one.claim(one.intend(digest), 'gift')).outcome).toBe('accepted')
        expect(await other.claim(other.intend(digest), 'gift')).toMatchObject({
          ...{ outcome: 'taken', by: { device: 'Tablet' } },
        })
      }
      expect(await giftsOf(door)).toMatchObject([{ taken: 1 }, { taken: 1 }])
      const shirts = await desk()
      await expect(
        shirts.claim(shirts.intend(digest, { list: door.place.list }), 'gift'),
      ).rejects.toThrow('no such gift')
      const again = (await owner.call()).gifts.create({ event: event.id, name: 'Bag' })
      await expect(again).rejects.toThrow('already')
    })

    test('[GF2] whoever claims at once, a stock never goes below zero', async () => {
      const door = await openDesk(12, 5)
      const { desk, digests } = door
      const desks = [await desk(), await desk(), await desk()]
      const answers = await Promise.all(
        digests.map((digest, at) => {
          const at3 = desks[at % desks.length]
          if (!at3) throw new Error('There are three desks.')
          return at3.claim(at3.intend(digest, { seq: at + 1 }), 'gift')
        }),
      )
      const ends = answers.map(({ outcome }) => outcome).sort()
      expect(ends).toEqual([...Array(5).fill('accepted'), ...Array(7).fill('refused')])
      const refused = answers.find(({ outcome }) => outcome === 'refused')
      expect(refused).toMatchObject({
        verdict: { reason: 'rules', explanation: expect.stringContaining('None') },
      })
      expect(await giftsOf(door)).toMatchObject([{ stock: 5, taken: 5 }])
    })

    test('[GF2] a voided claim gives its gift back, and a larger stock grants more', async () => {
      const door = await openDesk(2, 1)
      const { owner, event, gift, desk, digests } = door
      const [one, other] = [await desk(), await desk()]
      const intent = one.intend(digestAt(digests, 0))
      await one.claim(intent, 'gift')
      const refusedFor = async (seq: number) =>
        (await other.claim(other.intend(digestAt(digests, 1), { seq }), 'gift')).outcome
      expect(await refusedFor(1)).toBe('refused')
      await one.scanClaimed(intent, { verdict: 'refuse', reason: 'blocked' })
      await one.push(one.links)
      expect(await giftsOf(door)).toMatchObject([{ taken: 0 }])
      expect(await refusedFor(2)).toBe('accepted')
      await (await owner.call()).gifts.setStock({ event: event.id, gift: gift.id, stock: 2 })
      expect((await one.claim(one.intend(digestAt(digests, 0)), 'gift')).outcome).toBe('accepted')
      expect(await giftsOf(door)).toMatchObject([{ stock: 2, taken: 2 }])
    })

    test('[CL5] handed out at two desks offline: both are logged, one is honoured, one incident names both', async () => {
      const door = await openDesk(1, null)
      const { desk, digests, reconcile, incidents, counts } = door
      const scans = []
      for (const at of [await desk(), await desk()]) {
        await at.contact()
        scans.push((await at.scan(digestAt(digests, 0))).body.id)
        await at.contact()
        await at.push(at.links)
        await reconcile()
      }
      const [incident, ...others] = await incidents()
      expect(others).toEqual([])
      expect(incident).toMatchObject({
        ...{ kind: 'double_gift', status: 'open' },
        scans: [
          { id: scans[0], ruling: 'confirmed' },
          { id: scans[1], ruling: 'superseded' },
        ],
      })
      expect(await handOutsOf(door)).toHaveLength(2)
      expect(await stateOf(door, 1)).toBe('gift_claimed')
      // Nobody came in.
      expect(await counts()).toMatchObject({ admitted: 0, peopleInside: 0, inviteesInside: 0 })
    })

    test('[CL5] an accepted claim is never withdrawn by an earlier hand-out that was offline', async () => {
      const door = await openDesk(1, null)
      const { world, tenant, event, desk, digests, reconcile, incidents } = door
      const [offline, online] = [await desk(), await desk()]
      await offline.contact()
      const early = await offline.scan(digestAt(digests, 0))
      await offline.contact()
      // Without it all that is known of the claimed scan is a long interval, whose middle may be earlier.
      await online.contact()
      const intent = online.intend(digestAt(digests, 0))
      expect((await online.claim(intent, 'gift')).outcome).toBe('accepted')
      await online.scanClaimed(intent)
      await online.contact()
      for (const at of [online, offline]) await at.push(at.links)
      await reconcile()
      // Who was first is the ruling; who was told is the claim.
      expect((await incidents())[0]?.scans[0]).toMatchObject({
        id: early.body.id,
        ruling: 'confirmed',
      })
      expect(await world.readClaims(tenant, event.id)).toMatchObject([
        { op: intent.op, settled: true, voidedBy: null },
      ])
      expect(await giftsOf(door)).toMatchObject([{ taken: 2 }])
    })

    test('[CL5] hand-outs beyond the stock make one incident, which ends when enough are undone', async () => {
      const door = await openDesk(4, 2)
      const { desk, digests, reconcile, incidents } = door
      const at = await desk()
      await at.contact()
      const scans = []
      for (const digest of digests) {
        scans.push(await at.scan(digest))
        await at.contact()
      }
      await at.push(at.links)
      await reconcile()
      expect(await giftsOf(door)).toMatchObject([{ stock: 2, taken: 4 }])
      expect(await incidents()).toMatchObject([
        {
          kind: 'over_stock',
          status: 'open',
          scans: scans.slice(2).map(({ body }) => ({ id: body.id })),
        },
      ])
      for (const { body } of scans.slice(0, 2)) {
        await at.scan(null, { act: 'void', target: body.id })
        await at.contact()
      }
      await at.push(at.links)
      await reconcile()
      await reconcile()
      expect(await giftsOf(door)).toMatchObject([{ taken: 2 }])
      expect(await incidents()).toMatchObject([{ kind: 'over_stock', status: 'dissolved' }])
    })

    test('[CL5] a stock that is changed begins and ends the incident of hand-outs beyond it', async () => {
      const door = await openDesk(2, 2)
      const { owner, event, gift, desk, digests, reconcile, incidents } = door
      const at = await desk()
      for (const digest of digests) {
        await at.contact()
        await at.scan(digest)
      }
      await at.contact()
      await at.push(at.links)
      const setStock = async (stock: number | null) => {
        await (await owner.call()).gifts.setStock({ event: event.id, gift: gift.id, stock })
        await reconcile()
        return (await incidents()).map(({ kind, status, named }) => [kind, status, named])
      }
      await reconcile()
      expect(await incidents()).toEqual([])
      const beyond = [at.links[1]?.body.id]
      expect(await setStock(1)).toEqual([['over_stock', 'open', beyond]])
      expect(await setStock(null)).toMatchObject([['over_stock', 'dissolved', expect.anything()]])
    })

    test('[GF3] an invitee is pending, checked in, has a gift, and goes back by void', async () => {
      const door = await openDesk(1, 3)
      const { device, desk, digests, reconcile } = door
      const at = await desk()
      const seen: (string | undefined)[] = []
      const look = async () => {
        await reconcile()
        seen.push(await stateOf(door, 1))
      }
      await look()
      await device.contact()
      const entry = await device.scan(digestAt(digests, 0))
      await device.push(device.links)
      await look()
      await at.contact()
      const intent = at.intend(digestAt(digests, 0))
      await at.claim(intent, 'gift')
      const handOut = await at.scanClaimed(intent)
      await at.push(at.links)
      await look()
      await at.scan(null, { act: 'void', target: handOut.body.id })
      await at.contact()
      await at.push(at.links)
      await look()
      expect(await giftsOf(door)).toMatchObject([{ taken: 0 }])
      await device.scan(null, { act: 'void', target: entry.body.id })
      await device.contact()
      await device.push(device.links)
      await look()
      expect(seen).toEqual(['pending', 'checked_in', 'gift_claimed', 'checked_in', 'pending'])
      expect((await handOutsOf(door)).map(({ voided }) => voided)).toEqual([true])
    })

    test('a gift of another event is not found', async () => {
      const door = await openDesk(1, 1)
      const stranger = await openDesk(1, 1)
      const caller = await door.owner.call()
      const strange = { event: door.event.id, gift: stranger.gift.id, stock: 9 }
      await expect(caller.gifts.setStock(strange)).rejects.toBeInstanceOf(TRPCError)
    })
  })
}
