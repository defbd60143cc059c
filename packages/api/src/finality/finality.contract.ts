import { expect, test } from 'vitest'
import { digestAt, openDoorIn, type SyncWorld } from '../gates/open-door.contract.ts'
import { openEvent } from '../tenancy/world.contract.ts'

/** Up to when an event is final, and whom that waits for. */
export function finalityContract(open: () => SyncWorld): void {
  const openDoor = async () => {
    const door = await openDoorIn(open(), 2)
    const { owner, event, world, device } = door
    const read = async () => (await owner.call()).events.finality({ event: event.id })
    /** As if that device had last been heard so long ago. */
    const age = (minutes: number, of = device) =>
      world.ageContacts(device.grant.tenant, of.id, minutes * 60_000)
    return { ...door, read, age }
  }

  test('[TM8] an event is final up to the moment from which on a device is unheard; who that is, is named', async () => {
    const { device, digests, pair, read, age } = await openDoor()
    const other = await pair()
    await age(28)
    await other.contact()
    const before = await read()
    expect(before).toMatchObject({
      complete: false,
      waitingFor: [{ device: device.id, label: 'Tablet', gateName: 'Main entrance', missing: 0 }],
    })

    await device.scan(digestAt(digests, 0))
    await device.contact()
    const signed = await read()
    expect(signed.upToMs).toBe(before.upToMs)
    expect(signed.waitingFor).toMatchObject([{ device: device.id, missing: 1 }])

    await device.push(device.links)
    const after = await read()
    expect(after.waitingFor).toEqual([])
    expect(after.upToMs).toBeGreaterThan((before.upToMs ?? 0) + 27 * 60_000)
  })

  test('an event that no tablet was ever let in to says so', async () => {
    const { owner } = await openDoor()
    const { id } = await openEvent(owner)
    const nobody = { upToMs: null, devices: 0, complete: true, waitingFor: [] }
    expect(await (await owner.call()).events.finality({ event: id })).toEqual(nobody)
  })

  test('[TM8] a tablet that was just let in takes no finality away: it had no list before', async () => {
    const { device, pair, read } = await openDoor()
    await device.contact()
    const { upToMs } = await read()
    await pair()
    expect((await read()).upToMs).toBeGreaterThanOrEqual(upToMs ?? Infinity)
  })

  test('[TM8] nothing is waited for of a revoked or cloned tablet but what still counts', async () => {
    const { owner, device, digests, pair, read, age, counts } = await openDoor()
    const lost = await pair()
    await lost.scan(digestAt(digests, 0))
    await lost.push(lost.links)
    await lost.scan(digestAt(digests, 1))
    await lost.contact()
    await age(60, lost)
    await device.contact()
    expect((await read()).waitingFor).toMatchObject([{ device: lost.id, missing: 1 }])
    await (await owner.call()).devicesAdmin.revoke({ device: lost.id })
    expect(await read()).toMatchObject({ complete: false, waitingFor: [] })

    const clone = device.restore(0)
    await device.scan(digestAt(digests, 1))
    await device.push(device.links)
    await clone.scan(digestAt(digests, 1))
    await clone.push(clone.links)
    expect(await read()).toEqual({ upToMs: null, devices: 2, complete: true, waitingFor: [] })
    expect(await counts()).toMatchObject({ incidentsOpen: 1 })
  })
}
