import { expect, test } from 'vitest'
import { digestAt, openDoorIn, type SyncWorld } from '../gates/open-door.contract.ts'

/** Incidents as organisers meet them. */
export function incidentsContract(open: () => SyncWorld): void {
  /** One ticket that two tablets admitted, and the double admission that follows. */
  const openDouble = async () => {
    const door = await openDoorIn(open(), 1)
    const admit = async () => {
      const device = await door.pair()
      await device.contact()
      await device.scan(digestAt(door.digests, 0))
      await device.contact()
      await device.push(device.links)
      await door.reconcile()
    }
    await admit()
    await admit()
    const [incident] = await door.incidents()
    if (!incident) throw new Error('A double admission is an incident.')
    const caller = await door.owner.call()
    const resolve = (seen = incident.named) =>
      caller.incidents.resolve({
        incident: incident.id,
        seen,
        reason: ' Two guests shared one code; both may stay. ',
      })
    return { ...door, admit, incident, caller, resolve }
  }

  test('[EN4] a resolution names who, when, why and the scans; one more admit opens it again', async () => {
    const { admit, incident, resolve, incidents, counts, owner, world } = await openDouble()
    expect(await resolve()).toEqual({ status: 'resolved' })
    const resolution = {
      by: owner.email,
      atMs: world.clock.ms,
      reason: 'Two guests shared one code; both may stay.',
    }
    expect(await incidents()).toMatchObject([
      { id: incident.id, status: 'resolved', named: incident.named, resolution },
    ])
    expect((await counts()).incidentsOpen).toBe(0)
    await admit()
    expect(await incidents()).toMatchObject([
      { id: incident.id, status: 'open', named: { length: 3 }, resolution },
    ])
    await expect(resolve()).rejects.toMatchObject({ code: 'CONFLICT' })
    await resolve((await incidents())[0]?.named)
    expect(await incidents()).toMatchObject([{ status: 'resolved' }])
  })

  test('[EN4] what was ruled on before a person resolved it does not open it again', async () => {
    const { world, device, event, incident, resolve, incidents } = await openDouble()
    const { tenant } = device.grant
    const list = event.lists[0]?.id
    if (!list) throw new Error('A new event has a list.')
    const known = await world.deps.tx(tenant, (tx) =>
      tx.reconcile.findIncidents(event.id, [{ list, invitee: 1 as never }]),
    )
    await resolve()
    await world.deps.tx(tenant, (tx) =>
      tx.reconcile.saveIncidents(
        event.id,
        known.map((one) => ({ change: 'update', status: 'open', incident: one })),
      ),
    )
    expect(await incidents()).toMatchObject([{ id: incident.id, status: 'resolved' }])
  })

  test('only what is open is resolved, once, with a reason, and it is audited', async () => {
    const { world, device, caller, incident, resolve } = await openDouble()
    const { id, named: seen } = incident
    await expect(
      caller.incidents.resolve({ incident: id, seen, reason: '  ' }),
    ).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await resolve()
    await expect(resolve()).rejects.toMatchObject({ code: 'CONFLICT' })
    const rows = await world.deps.tx(device.grant.tenant, (tx) => tx.audit.findRecent(1))
    expect(rows).toMatchObject([
      { action: 'incidents.resolve', subjectKind: 'incident', subjectId: id },
    ])
  })
}
