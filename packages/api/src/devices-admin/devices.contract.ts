import { expect, test } from 'vitest'
import { pairDevice, startPairing } from '../gates/test-device.contract.ts'
import { pairingWaitMs } from '../pairing/pair-device.ts'
import { openEvent, openTenant, type World } from '../tenancy/world.contract.ts'
import { pairingCodeMs, pairingCodesPerHourMax } from './manage-devices.ts'

/** The organiser's side of devices; what devices themselves see is in the contract of sync. */
export function devicesContract(open: () => World): void {
  const openPlace = async () => {
    const world = open()
    const owner = await openTenant(world)
    const { id: event, lists, gates } = await openEvent(owner)
    const [list, gate] = [lists[0]?.id, gates[0]?.id]
    if (!list || !gate) throw new Error('A new event has a list and a gate.')
    return { world, owner, caller: await owner.call(), place: { event, list, gate } }
  }

  test('a pairing link carries 128 bits in its fragment, and only their hash is kept', async () => {
    const { world, caller, place } = await openPlace()
    const { path, expiresMs } = await caller.devicesAdmin.pair({ ...place, role: 'steward' })
    expect(path).toMatch(/^\/door\/#pair=[A-Za-z0-9_-]{22}$/)
    expect(expiresMs).toBe(world.clock.ms + pairingCodeMs)
    const { path: next } = await caller.devicesAdmin.pair({ ...place, role: 'steward' })
    expect(next).not.toBe(path)
  })

  test('a pairing link says whether a tablet has come by it, until it is too old', async () => {
    const { world, owner, caller, place } = await openPlace()
    const { pairing } = await caller.devicesAdmin.pair({ ...place, role: 'steward' })
    // Another tablet at the same place, by another link.
    await pairDevice(world, owner, place)
    expect(await caller.devicesAdmin.pairing({ pairing })).toEqual({ used: false })
    const { path, pairing: second } = await caller.devicesAdmin.pair({ ...place, role: 'steward' })
    await startPairing(world.deps, path)
    expect(await caller.devicesAdmin.pairing({ pairing: second })).toEqual({ used: true })
    world.clock.ms += pairingCodeMs
    await expect(caller.devicesAdmin.pairing({ pairing })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('Make another'),
    })
  })

  test('[DV1] a pairing whose answer was lost is told again under the same keys as long as it waits, and under no others', async () => {
    const { world, caller, place } = await openPlace()
    const { path } = await caller.devicesAdmin.pair({ ...place, role: 'steward' })
    const { device, poll, words, ask, readStatus } = await startPairing(world.deps, path)
    for (const again of await Promise.all([ask(), ask()])) {
      expect(again).toMatchObject({ device, words })
      expect(await readStatus(again.poll)).toEqual({ state: 'waiting' })
    }
    expect(await readStatus(poll)).toEqual({ state: 'waiting' })
    await expect(startPairing(world.deps, path)).rejects.toThrow('unknown, used')
    expect(await caller.devicesAdmin.list({ event: place.event })).toHaveLength(1)
    await caller.devicesAdmin.accept({ device })
    expect(await readStatus(poll)).toMatchObject({ state: 'accepted' })
    await expect(ask()).rejects.toThrow('unknown, used')

    const { path: slow } = await caller.devicesAdmin.pair({ ...place, role: 'steward' })
    const late = await startPairing(world.deps, slow)
    world.clock.ms += pairingWaitMs
    await expect(late.ask()).rejects.toThrow('unknown, used')
  })

  test('pairing links are limited an hour', async () => {
    const { world, caller, place } = await openPlace()
    const { tenant } = await caller.accounts.me()
    for (let taken = 0; taken < pairingCodesPerHourMax; taken += 1) {
      await world.deps.limits.take(`pairing:${tenant}`, pairingCodesPerHourMax, 3_600_000)
    }
    await expect(caller.devicesAdmin.pair({ ...place, role: 'steward' })).rejects.toMatchObject({
      code: 'TOO_MANY_REQUESTS',
    })
  })

  test('an accepted device is listed with its number, words and place, and moves within its event', async () => {
    const { world, owner, caller, place } = await openPlace()
    const device = await pairDevice(world, owner, place)
    const gate = await caller.events.addGate({ event: place.event, name: 'North' })
    const [listed] = await caller.devicesAdmin.list({ event: place.event })
    expect(listed).toMatchObject({
      id: device.id,
      no: 1,
      state: 'active',
      role: 'steward',
      gate: place.gate,
    })
    expect(listed?.words).toHaveLength(4)
    const moved = { list: place.list, gate: gate.id, role: 'supervisor' as const }
    expect(await caller.devicesAdmin.move({ device: device.id, place: moved })).toMatchObject(moved)
    expect((await caller.devicesAdmin.list({ event: place.event }))[0]).toMatchObject(moved)
  })

  test('revoking ends in a state that nobody leaves; scans beyond the known head count last', async () => {
    const { world, owner, caller, place } = await openPlace()
    const device = await pairDevice(world, owner, place)
    await device.scan(null)
    await device.push(device.links)
    await device.scan(null)
    expect(await caller.devicesAdmin.revoke({ device: device.id })).toMatchObject({
      state: 'revoked',
      throughSeq: 1,
    })
    const conflict = { code: 'CONFLICT' }
    await expect(caller.devicesAdmin.accept({ device: device.id })).rejects.toMatchObject(conflict)
    await expect(caller.devicesAdmin.refuse({ device: device.id })).rejects.toMatchObject(conflict)
    await expect(caller.devicesAdmin.revoke({ device: device.id })).rejects.toMatchObject(conflict)
    const { tenant } = await caller.accounts.me()
    const locked = await world.deps.tx(tenant, (tx) => tx.ledger.lockDevice(device.id))
    expect(locked).toMatchObject({ state: 'revoked', retiredHeadSeq: 1 })
  })
}
