import { isPin } from '@eventpass/sync'
import { expect, test } from 'vitest'
import { openEvent, openTenant, unique, type World } from '../tenancy/world.contract.ts'

/** Events, their frames and revisions, over real stores. */
export function eventsContract(open: () => World): void {
  test('a new event has a list, a gate, a key and revision 1, so that a tablet can be paired', async () => {
    const owner = await openTenant(open())
    const event = await openEvent(owner)
    expect(event.lists.map(({ name }) => name)).toEqual(['Check-in'])
    expect(event.gates.map(({ name }) => name)).toEqual(['Main entrance'])
    expect(event.policy).toEqual({
      unlisted: 'supervisor',
      byName: 'supervisor',
      replicaAgeMsMax: null,
    })
    const counts = await (await owner.call()).events.counts({ event: event.id })
    expect(counts).toEqual({
      invitees: 0,
      admitted: 0,
      inviteesInside: 0,
      peopleInside: 0,
      incidentsOpen: 0,
      manifestRevision: 1,
    })
    expect((await (await owner.call()).events.list()).map(({ id }) => id)).toEqual([event.id])
  })

  test('an event must end after it starts and name a real time zone', async () => {
    const owner = await (await openTenant(open())).call()
    const event = { name: 'X', timeZone: 'Europe/Berlin', startsMs: 2_000, endsMs: 1_000 }
    await expect(owner.events.create(event)).rejects.toThrow('ends after it starts')
    await expect(
      owner.events.create({ ...event, endsMs: 3_000, timeZone: 'Mars/Olympus' }),
    ).rejects.toThrow('"Mars/Olympus" is no time zone')
  })

  test('lists, gates and categories are added once by name, and each raises the revision', async () => {
    const world = open()
    const owner = await openTenant(world)
    const { id: event, gates } = await openEvent(owner)
    world.clock.ms += 1_000
    const caller = await owner.call()
    const gate = await caller.events.addGate({ event, name: 'North' })
    await caller.events.addCategory({ event, name: 'VIP' })
    expect(await caller.events.addCategory({ event, name: 'Press' })).toEqual({
      categories: ['VIP', 'Press'],
    })
    const list = {
      name: 'Backstage',
      counting: 'stay' as const,
      reEntry: false,
      categories: [0],
      unpaid: 'refuse' as const,
      rules: [{ kind: 'gates' as const, gates: [gate.id] }],
      question: 'Over 18?',
    }
    const added = await caller.events.addList({ event, list })
    expect((await caller.events.get({ event })).lists[1]).toEqual(added)
    expect((await caller.events.get({ event })).gates).toEqual([...gates, gate])
    expect((await caller.events.counts({ event })).manifestRevision).toBe(5)

    const taken = { code: 'CONFLICT' }
    await expect(caller.events.addList({ event, list })).rejects.toMatchObject(taken)
    await expect(caller.events.addGate({ event, name: 'North' })).rejects.toMatchObject(taken)
    await expect(caller.events.addCategory({ event, name: 'VIP' })).rejects.toMatchObject(taken)
    expect((await caller.events.counts({ event })).manifestRevision).toBe(5)
  })

  test('a rule may name only gates and categories of its own event', async () => {
    const owner = await openTenant(open())
    const { id: event } = await openEvent(owner)
    const other = await openEvent(owner)
    const caller = await owner.call()
    const list = {
      name: 'Odd',
      counting: 'once' as const,
      reEntry: true,
      categories: null,
      unpaid: 'ask' as const,
      question: null,
    }
    const gates = other.gates.map(({ id }) => id)
    await expect(
      caller.events.addList({ event, list: { ...list, rules: [{ kind: 'gates', gates }] } }),
    ).rejects.toThrow('Add it first')
    await expect(
      caller.events.addList({ event, list: { ...list, rules: [], categories: [0] } }),
    ).rejects.toThrow('Add it first')
  })

  test('editing changes what is given and leaves the rest; a PIN is kept as a salted hash', async () => {
    const { deps, clock } = open()
    const owner = await openTenant({ deps, clock })
    const before = await openEvent(owner)
    const caller = await owner.call()
    const name = unique('Renamed')
    const after = await caller.events.edit({
      event: before.id,
      name,
      policy: { byName: 'steward' },
      pin: '4711',
    })
    expect(after).toMatchObject({
      name,
      timeZone: before.timeZone,
      policy: { ...before.policy, byName: 'steward' },
      hasPin: true,
    })
    const { tenant } = await caller.accounts.me()
    const stored = await deps.tx(tenant, (tx) => tx.events.find(before.id))
    expect(await isPin(deps.subtle, String(stored?.pinHash), '4711')).toBe(true)
    expect(await isPin(deps.subtle, String(stored?.pinHash), '4712')).toBe(false)
    expect((await caller.events.edit({ event: before.id, pin: null })).hasPin).toBe(false)
  })

  test('fifty edits of one event at once give fifty revisions, none lost', async () => {
    const owner = await openTenant(open())
    const { id: event } = await openEvent(owner)
    const caller = await owner.call()
    await Promise.all(
      Array.from({ length: 50 }, (_, at) => caller.events.addGate({ event, name: `Gate ${at}` })),
    )
    expect((await caller.events.counts({ event })).manifestRevision).toBe(51)
  })
}
