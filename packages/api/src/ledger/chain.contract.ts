import { type EventId, inspectChain } from '@eventpass/domain'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { digestAt, openDoorIn, type SyncWorld } from '../gates/open-door.contract.ts'
import type { HeldLink } from '../gates/test-device.contract.ts'
import { openBrowser } from '../tenancy/world.contract.ts'

/** What central makes of the chains of its devices: marks, incidents, standing. */
export function chainContract(open: () => SyncWorld): void {
  const openDoor = (tickets: number) => openDoorIn(open(), tickets)
  type Door = Awaited<ReturnType<typeof openDoor>>
  const storedLinks = ({ world, device }: Door) =>
    world.deps.tx(device.grant.tenant, ({ ledger }) => ledger.findChain(device.id))

  test('[CH1] whatever comes first, stored links are marked as their set says', async () => {
    const door = await openDoor(1)
    await fc.assert(
      fc.asyncProperty(anyChain, async ({ clocks, cloneAt, cloneClocks, cuts }) => {
        const device = await door.pair()
        const digest = digestAt(door.digests, 0)
        for (const clock of clocks) await device.scan(digest, clock)
        const clone = device.restore(Math.min(cloneAt, clocks.length))
        for (const clock of cloneClocks) await clone.scan(digest, clock)
        const trunks = [device.links, clone.links]
        for (const [who, from, size] of [...cuts, [0, 0, 9], [1, 0, 9]] as const) {
          const links = (trunks[who] ?? []).slice(from, from + size)
          if (links.length > 0) await device.push(links)
        }
        const stored = await storedLinks({ ...door, device })
        const facts = inspectChain(stored, { signedHeads: [], retiredAtSeq: null })
        expect(stored).toHaveLength(new Set(trunks.flat().map(({ hash }) => hash)).size)
        for (const { hash, quarantine, connected, branch } of stored) {
          expect(connected).toBe(true)
          expect(quarantine).toBe(facts.quarantine.get(hash) ?? null)
          expect(branch).toBe(facts.branches.get(hash))
        }
      }),
      { numRuns: 12 },
    )
  })

  test('[TM4] a clock that was set back stays suspect in the next push, until it has caught up', async () => {
    const { device, digests, incidents } = await openDoor(1)
    for (const monoMs of [100, 50, 60, 99, 100]) {
      await device.scan(digestAt(digests, 0), { monoMs })
    }
    for (const link of device.links) await device.push([link])
    expect((await incidents()).map(({ kind, scans }) => [kind, idsOf(scans).sort()])).toEqual([
      ['clock', idsOf(device.links.slice(1, 4)).sort()],
    ])
  })

  test('[CH2] a gap is an incident of its tablet as long as it is there', async () => {
    const { owner, event, device, digests, incidents } = await openDoor(1)
    const listed = async () =>
      (await (await owner.call()).devicesAdmin.list({ event: event.id }))[0]
    for (let at = 0; at < 5; at += 1) await device.scan(digestAt(digests, 0))
    await device.push(device.links.slice(0, 1))
    await device.push(device.links.slice(3))
    expect(await incidents()).toMatchObject([
      { kind: 'gap', status: 'open', scans: [{ id: device.links[3]?.body.id }] },
    ])
    await device.scan(digestAt(digests, 0))
    await device.contact()
    expect(await listed()).toMatchObject({ throughSeq: 1, highestSeq: 5, signedSeq: 6 })
    await device.push(device.links.slice(1, 3))
    expect(await incidents()).toMatchObject([{ kind: 'gap', status: 'dissolved' }])
    expect(await listed()).toMatchObject({ throughSeq: 5, signedSeq: 6, forkSeq: null })
  })

  test('[CH1] a contact whose head is not the link that is here shows a clone, before it pushes', async () => {
    const { device, digests, incidents, reconcile, counts } = await openDoor(3)
    for (const digest of digests) await device.scan(digest)
    await device.push(device.links)
    await reconcile()
    const clone = device.restore(1)
    await clone.scan(digestAt(digests, 2))
    expect((await clone.contact()).standing).toBe('pair_anew')
    expect((await device.contact()).standing).toBe('pair_anew')
    expect(await incidents()).toMatchObject([
      { kind: 'fork', status: 'open', scans: [{ id: device.links[1]?.body.id }] },
    ])
    await clone.push(clone.links)
    await reconcile()
    expect(await incidents()).toContainEqual(
      expect.objectContaining({ kind: 'fork', scans: [expect.anything(), expect.anything()] }),
    )
    expect(await counts()).toMatchObject({ admitted: 3 })
  })

  test('[CH1] a link that is not the one a contact signed for is a fork, before the other arrives', async () => {
    const { device, digests, incidents } = await openDoor(2)
    const clone = device.restore(0)
    await clone.scan(digestAt(digests, 0))
    expect((await clone.contact()).standing).toBe('active')
    await device.scan(digestAt(digests, 1))
    await device.push(device.links)
    expect(await incidents()).toMatchObject([
      { kind: 'fork', status: 'open', scans: [{ id: device.links[0]?.body.id }] },
    ])
    expect((await device.contact()).standing).toBe('pair_anew')
  })

  test('[LG6] a void of a cloned tablet undoes nothing, also when the clone shows later', async () => {
    const { device, digests, reconcile, counts } = await openDoor(2)
    await device.contact()
    const admit = await device.scan(digestAt(digests, 0))
    await device.scan(null, { act: 'void', target: admit.body.id })
    await device.contact()
    await device.push(device.links)
    await reconcile()
    expect(await counts()).toMatchObject({ admitted: 0 })
    const clone = device.restore(1)
    await clone.scan(digestAt(digests, 1))
    await clone.push(clone.links)
    await reconcile()
    expect(await counts()).toMatchObject({ admitted: 2 })
  })

  test('[SY3] a push that cannot be trusted becomes one incident, however often it comes', async () => {
    const { device, digests, incidents, pair } = await openDoor(2)
    const stranger = await pair()
    for (const digest of digests) await device.scan(digest)
    for (let times = 0; times < 3; times += 1) await device.push(device.links, stranger)
    const bent = device.links.map((link) => ({ ...link, bytes: `${link.bytes} ` }))
    await device.push(bent)
    expect(await incidents()).toMatchObject([{ kind: 'bad_push', status: 'open' }])
    expect((await device.push(device.links)).outcome).toBe('accepted')
  })

  test('[SY3] a push of a device that nobody paired is refused, kept up to a limit, and one incident names its scans', async () => {
    const { device, digests, incidents, world } = await openDoor(1)
    const caller = await openBrowser(world).call()
    const lost = async () => {
      device.links.length = 0
      await device.scan(digests[0] ?? null)
      return { ...(await device.pack(device.links)), device: crypto.randomUUID() }
    }
    // A device that is known has to make a contact first, and nothing of it is kept.
    await expect(caller.sync.push(await device.pack([await device.scan(null)]))).rejects.toThrow(
      'Make a contact',
    )
    expect(await incidents()).toEqual([])

    const first = await lost()
    for (let times = 0; times < 3; times += 1) {
      await expect(caller.sync.push(first)).rejects.toThrow('not paired here')
    }
    const [incident] = await incidents()
    const about = { kind: 'bad_push', status: 'open', deviceNo: null }
    expect(incident).toMatchObject({ ...about, named: [device.links[0]?.body.id] })

    // From other addresses, so that nothing but the limit of the event is met.
    for (let no = 0; no < 25; no += 1) {
      const other = await openBrowser(world).call()
      await expect(other.sync.push(await lost())).rejects.toThrow('not paired here')
    }
    const [full, ...more] = await incidents()
    expect(more).toEqual([])
    expect(full?.named).toHaveLength(20)
  })

  test('[SY3] strangers are looked at so often an hour, and what names no event of ours is nobody’s', async () => {
    const { device, digests, incidents, world } = await openDoor(1)
    const caller = await openBrowser(world).call()
    const strange = async (event: string) => {
      const link = await device.scan(digests[0] ?? null, { event: event as EventId })
      return { ...(await device.pack([link])), device: crypto.randomUUID() }
    }
    for (let no = 0; no < 30; no += 1) {
      const nobodys = await strange(crypto.randomUUID())
      await expect(caller.sync.push(nobodys)).rejects.toThrow('not paired here')
    }
    const ours = await strange(device.grant.event)
    await expect(caller.sync.push(ours)).rejects.toThrow('not paired here')
    expect(await incidents()).toEqual([])
    const elsewhere = await openBrowser(world).call()
    await expect(elsewhere.sync.push(ours)).rejects.toThrow('not paired here')
    expect(await incidents()).toMatchObject([{ kind: 'bad_push', status: 'open' }])
  })
}

const anyClock = fc.record({ epoch: fc.constantFrom(1, 1, 2), monoMs: fc.nat(4) })
const anyChain = fc.record({
  clocks: fc.array(anyClock, { minLength: 1, maxLength: 5 }),
  cloneAt: fc.nat(5),
  cloneClocks: fc.oneof(fc.constant([]), fc.array(anyClock, { minLength: 1, maxLength: 3 })),
  cuts: fc.array(fc.tuple(fc.nat(1), fc.nat(5), fc.integer({ min: 1, max: 4 })), { maxLength: 4 }),
})

function idsOf(scans: readonly (HeldLink | { readonly id: string })[]): string[] {
  return scans.map((scan) => ('body' in scan ? scan.body.id : scan.id))
}
