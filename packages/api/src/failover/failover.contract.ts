/**
 * Goal: nothing that was told `provisional` vanishes (CL4): it ends as it was told, or in an incident.
 * Method: nodes over one database, each with a journal of its own, that see it or do not see it as the
 * test says; what they do goes through the same procedures as always.
 */
import type { Digest } from '@eventpass/domain'
import { TRPCError } from '@trpc/server'
import { describe, expect, test } from 'vitest'
import { type Door, digestAt, openDoorIn, type SyncWorld } from '../gates/open-door.contract.ts'
import { guests } from '../tenancy/matrix.contract.ts'
import { openBrowser } from '../tenancy/world.contract.ts'
import { createFailover, runFailover } from './create-failover.ts'
import { type Journal, journalLimits } from './journal.ts'
import { createMemoryJournal } from './memory-journal.fake.ts'
import type { ReplayEnd } from './replay-journal.ts'

class Gone extends Error {}

/** A node over the world's database, which it sees or does not see. */
function openNode(world: SyncWorld, journal: Journal = createMemoryJournal(journalLimits).journal) {
  let gone = false
  let ending = new AbortController()
  let looksLeft = 0
  const reach = <T>(work: () => Promise<T>) => (gone ? Promise.reject(new Gone()) : work())
  const { tx, sessions, lookups, claimSteps } = world.deps
  const isGone = (error: unknown) =>
    error instanceof Gone || (error as { code?: string } | null)?.code === '08006'
  const created = createFailover(
    {
      ...{ journal, isGone, subtle: world.deps.subtle, now: world.deps.now, warn: () => {} },
      probe: async () => !gone,
      pause: async () => {
        looksLeft -= 1
        if (looksLeft > 0) return
        // The last look began a replay, unless the database is not seen.
        const isBusy = async () =>
          created.failover.watch.state() === 'returning' ||
          (await journal.readFigures()).waiting > 0
        while (!gone && (await isBusy())) await new Promise((resolve) => setTimeout(resolve, 5))
        ending.abort()
      },
      tenancy: {
        lookups,
        tx: (tenant, work) => reach(() => tx(tenant, work)),
        claimSteps: {
          readFacts: (tenant, claim) => reach(() => claimSteps.readFacts(tenant, claim)),
          insert: (tenant, claim) => reach(() => claimSteps.insert(tenant, claim)),
          recall: claimSteps.recall,
          insertForetold: (tenant, claim) => reach(() => claimSteps.insertForetold(tenant, claim)),
        },
      },
      sessions: { ...sessions, read: (secret) => reach(() => sessions.read(secret)) },
    },
    'up',
  )
  const { failover, ...reading } = created
  const deps = { ...world.deps, ...reading.tenancy, sessions: reading.sessions, failover }
  const ends: ReplayEnd[] = []
  const look = async (looks: number) => {
    looksLeft = looks
    ending = new AbortController()
    const replaying = {
      ...{ ...deps, isGone, warn: () => {}, beforeReplay: async () => {} },
      onReplayed: (end: ReplayEnd) => void ends.push(end),
    }
    await runFailover(replaying, failover, ending.signal)
    return failover.watch.state()
  }
  return {
    ...{ failover, ends, world: { ...world, deps } },
    async loseDatabase() {
      await failover.callers.settled()
      gone = true
      expect(await look(2)).toBe('away')
    },
    async findDatabase() {
      gone = false
      expect(await look(3)).toBe('up')
      return ends.splice(0)
    },
  }
}

type Node = ReturnType<typeof openNode>

/** The failure of a call by its kind, as the error formatter reads it. */
async function failureOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof TRPCError)) return 'none'
  const { cause } = error
  return `${error.code} ${cause && 'failure' in cause ? String(cause.failure) : ''}`
}

export function failoverContract(open: () => SyncWorld): void {
  describe('failover', () => {
    /** A door with a node that has seen its tablet, and another that sees the database all the while. */
    const openWithNode = async (tickets = 2, journal?: Journal) => {
      const world = open()
      const door = await openDoorIn(world, tickets)
      const node = openNode(world, journal)
      const device = door.device.at(node.world)
      await meet(node, device)
      return { ...door, node, device, other: await door.pair() }
    }
    const meet = async ({ failover }: Node, device: Door['device']) => {
      await device.pull()
      await failover.callers.settled()
    }
    const openDoubles = async ({ incidents }: Pick<Door, 'incidents'>) =>
      (await incidents()).map(({ kind, status, named }) => ({ kind, status, named: [...named] }))

    test('[CL4] a claim while Postgres is away is provisional, and the same again is told the same', async () => {
      const door = await openWithNode()
      const { node, device, digests, world, tenant, event } = door
      await node.loseDatabase()
      const intent = device.intend(digestAt(digests, 0))
      const first = await device.claim(intent)
      expect(first).toEqual({ outcome: 'provisional', atMs: world.deps.now() })
      world.clock.ms += 500
      expect(await device.claim(intent)).toEqual(first)
      const reused = device.claim({ ...intent, digest: digestAt(digests, 1) })
      expect(await failureOf(reused)).toBe('UNPROCESSABLE_CONTENT op_reused')
      expect(await world.readClaims(tenant, event.id)).toEqual([])

      expect(await node.findDatabase()).toEqual(['confirmed'])
      expect(await world.readClaims(tenant, event.id)).toMatchObject([{ op: intent.op }])
      // From now on it is told what was decided.
      expect(await device.claim(intent)).toMatchObject({ outcome: 'accepted', slot: 1 })
      const later = device.claim({ ...intent, digest: digestAt(digests, 1) })
      expect(await failureOf(later)).toBe('UNPROCESSABLE_CONTENT op_reused')
      expect(await node.failover.journal.readFigures()).toMatchObject({ waiting: 0, parked: 0 })
    })

    test('[CL4] two nodes see Postgres differently: the loser is named in one incident, before and after the scans', async () => {
      const door = await openWithNode()
      const { node, device, other, digests, reconcile, counts } = door
      await node.loseDatabase()
      const told = device.intend(digestAt(digests, 0))
      expect((await device.claim(told)).outcome).toBe('provisional')
      const granted = other.intend(digestAt(digests, 0))
      expect((await other.claim(granted)).outcome).toBe('accepted')

      expect(await node.findDatabase()).toEqual(['incident'])
      await reconcile()
      const both = expect.arrayContaining([told.op, granted.op])
      const open = { kind: 'double_admission', status: 'open', named: both }
      expect(await openDoubles(door)).toEqual([open])
      // The winner’s scan is ruled; the loser’s may never come, and is named all the same.
      await other.push([await other.scanClaimed(granted)])
      await reconcile()
      expect(await openDoubles(door)).toEqual([open])
      await device.push([await device.scanClaimed(told, { tier: 'replica' })])
      await reconcile()
      expect(await openDoubles(door)).toEqual([open])
      expect(await counts()).toMatchObject({ admitted: 1, peopleInside: 2, incidentsOpen: 1 })
    })

    test('[CL4] a loser whose gate refused after all is no double: its incident dissolves and is kept', async () => {
      const door = await openWithNode()
      const { node, device, other, digests, reconcile } = door
      await node.loseDatabase()
      const told = device.intend(digestAt(digests, 0))
      await device.claim(told)
      const granted = other.intend(digestAt(digests, 0))
      await other.claim(granted)
      await other.push([await other.scanClaimed(granted)])
      await node.findDatabase()
      await reconcile()
      expect(await openDoubles(door)).toMatchObject([{ status: 'open' }])
      await device.push([
        await device.scanClaimed(told, { verdict: 'refuse', reason: 'used', tier: 'replica' }),
      ])
      await reconcile()
      const [dissolved] = await openDoubles(door)
      expect(dissolved?.status).toBe('dissolved')
    })

    test('[CL4] of a gift the loser is a double_gift', async () => {
      const door = await openWithNode()
      const { node, owner, event, digests, pair, reconcile } = door
      const gift = await (await owner.call()).gifts.create({
        ...{ event: event.id, name: 'Shirt', stock: 5 },
      })
      const [far, near] = [await pair({ list: gift.id }), await pair({ list: gift.id })]
      const apart = far.at(node.world)
      await meet(node, apart)
      await node.loseDatabase()
      const told = apart.intend(digestAt(digests, 0))
      expect((await apart.claim(told, 'gift')).outcome).toBe('provisional')
      const granted = near.intend(digestAt(digests, 0))
      await near.claim(granted, 'gift')
      expect(await node.findDatabase()).toEqual(['incident'])
      await reconcile()
      expect(await openDoubles(door)).toEqual([
        {
          ...{ kind: 'double_gift', status: 'open' },
          named: expect.arrayContaining([told.op, granted.op]),
        },
      ])
      const gifts = await (await owner.call()).gifts.list({ event: event.id })
      expect(gifts).toMatchObject([{ taken: 1 }])
    })

    test('[CL4] what is refused for another reason is named too, until the gate tells that it refused', async () => {
      const door = await openWithNode()
      const { node, owner, event, device, digests, reconcile } = door
      await node.loseDatabase()
      const told = device.intend(digestAt(digests, 0))
      await device.claim(told)
      await (await owner.call()).invitees.setDoor({
        ...{ event: event.id, no: 1, blocked: true, notice: null },
      })
      expect(await node.findDatabase()).toEqual(['incident'])
      await reconcile()
      const open = { kind: 'provisional_refused', status: 'open', named: [told.op] }
      expect(await openDoubles(door)).toEqual([open])
      await device.push([await device.scanClaimed(told, { tier: 'replica' })])
      await reconcile()
      expect(await openDoubles(door)).toEqual([open])
    })

    test('[CL4] codes are verified all the same; what this node has not seen has a failure of its own', async () => {
      const { node, device, owner, event, pair } = await openWithNode(0)
      const caller = await owner.call()
      const { id } = await caller.invitees.upload({
        ...{ event: event.id, fileName: 'list.csv', bytes: guests('Anna') },
      })
      await caller.invitees.importCommit({ id })
      const [anna] = await caller.tickets.export({ event: event.id })
      const qr = anna?.token ?? ''
      const stranger = (await pair()).at(node.world)
      await node.loseDatabase()

      const asked = (at: typeof device) => {
        const { op, seq, epoch } = at.intend('0'.repeat(32) as Digest)
        return { device: at.id, op, seq, epoch, qr }
      }
      const forged = `${qr.slice(0, -3)}${qr.endsWith('AAA') ? 'BBB' : 'AAA'}`
      expect(await device.code({ ...asked(device), qr: forged })).toMatchObject({
        ...{ outcome: 'bad_code', reason: 'bad_signature' },
      })
      expect(await device.code(asked(device))).toMatchObject({
        ...{ outcome: 'provisional', invitee: null, explanation: expect.any(String) },
      })
      const unknown = 'SERVICE_UNAVAILABLE not_known_while_away'
      expect(await failureOf(stranger.code(asked(stranger)))).toBe(unknown)
      const unverified = device.intend('1'.repeat(32) as Digest, { code: 'unverified' })
      expect(await failureOf(device.claim(unverified))).toBe(unknown)
      expect(await failureOf(device.pull())).toBe('SERVICE_UNAVAILABLE database_away')
      expect(await node.findDatabase()).toEqual(['confirmed'])
    })

    test('[CL4] for staff central chains what they were told, an admit by signature, and rules on it', async () => {
      const door = await openWithNode(0)
      const { node, owner, event, place, other, reconcile, world, tenant } = door
      const caller = await owner.call()
      const { id } = await caller.invitees.upload({
        ...{ event: event.id, fileName: 'list.csv', bytes: guests('Anna') },
      })
      await caller.invitees.importCommit({ id })
      const [anna] = await caller.tickets.export({ event: event.id })
      const digest = await world.deps.tx(tenant, async ({ manifest }) => {
        const { tickets } = await manifest.findChanges(event.id, 0, 2 ** 40, 1)
        return tickets[0]?.digest ?? null
      })
      const staff = openBrowser(node.world, owner.session())
      const desk = async (op: string) =>
        (await staff.call()).scan.staffCode({ ...place, op: op as never, qr: anna?.token ?? '' })
      node.failover.callers.noteEvent(tenant, event.id)
      // Its session was seen; then both are gone.
      await staff.call()
      await node.loseDatabase()
      const op = crypto.randomUUID()
      expect((await desk(op)).outcome).toBe('provisional')
      if (!digest) throw new Error('Anna has a ticket.')
      const granted = other.intend(digest)
      await other.claim(granted)
      await other.push([await other.scanClaimed(granted)])
      expect(await node.findDatabase()).toEqual(['incident'])
      await reconcile()
      expect(await openDoubles(door)).toEqual([
        {
          ...{ kind: 'double_admission', status: 'open' },
          named: expect.arrayContaining([op, granted.op]),
        },
      ])
      const { scans } = await (await door.pair()).pull()
      expect(scans.map((scan) => scan.id)).toContain(op)
    })

    test('[CL4] a push is journaled without a receipt, and verified and stored when it is replayed', async () => {
      const door = await openWithNode()
      const { node, device, other, digests, reconcile, counts, incidents } = door
      await device.scan(digestAt(digests, 0))
      const forged = await other.at(node.world).scan(digestAt(digests, 1))
      await meet(node, other.at(node.world))
      await node.loseDatabase()
      expect(await device.push(device.links)).toEqual({
        ...{ outcome: 'provisional', atMs: expect.any(Number) },
      })
      expect((await device.push(device.links)).outcome).toBe('provisional')
      await other.at(node.world).push([forged], device)
      expect(await node.findDatabase()).toEqual(['pushed', 'pushed'])
      await reconcile()
      expect(await counts()).toMatchObject({ admitted: 1 })
      expect(await incidents()).toMatchObject([{ kind: 'bad_push', status: 'open' }])
      // Pushed again it is the same, with the receipt that a journal does not give.
      const again = await device.push(device.links)
      if (again.outcome !== 'accepted') throw new Error(again.outcome)
      expect((await device.openReceipt(again.receipt)).throughSeq).toBe(1)
    })

    test('[CL4] a full journal takes nothing more and says so', async () => {
      const { journal } = createMemoryJournal({ ...journalLimits, entriesMax: 1 })
      const { node, device, digests } = await openWithNode(2, journal)
      await node.loseDatabase()
      await device.claim(device.intend(digestAt(digests, 0)))
      const beyond = device.claim(device.intend(digestAt(digests, 1)))
      expect(await failureOf(beyond)).toBe('SERVICE_UNAVAILABLE journal_full')
      expect(await node.findDatabase()).toEqual(['confirmed'])
      expect((await device.claim(device.intend(digestAt(digests, 1)))).outcome).toBe('accepted')
    })

    test('[CL4] killed while it replays, a node replays the rest, and the same again, to the same end', async () => {
      const { journal, reopen } = createMemoryJournal(journalLimits)
      // A kill before an entry is taken out: its work is committed, and it is still there.
      const killed: Journal = { ...journal, remove: async () => {} }
      const door = await openWithNode(4, killed)
      const { node, device, other, digests, reconcile, world, tenant, event } = door
      await device.scan(digestAt(digests, 3))
      await node.loseDatabase()
      const [first, second] = [
        device.intend(digestAt(digests, 0)),
        device.intend(digestAt(digests, 1)),
      ]
      await device.claim({ ...first, seq: 2 })
      await device.claim({ ...second, seq: 3 })
      await device.push(device.links)
      await other.claim(other.intend(digestAt(digests, 1)))
      const page = await killed.findWaiting(0, 10)
      expect(page).toHaveLength(3)

      const next = openNode(world, reopen())
      for (let life = 0; life < 2; life += 1) {
        for (const entry of page) {
          const { no: _, tries: __, ...again } = entry
          await next.failover.journal.append(again)
        }
        expect((await next.findDatabase()).sort()).toEqual(['confirmed', 'incident', 'pushed'])
      }
      await reconcile()
      const claims = await world.readClaims(tenant, event.id)
      expect(claims.filter(({ voidedBy }) => voidedBy === null)).toHaveLength(2)
      expect(await openDoubles(door)).toMatchObject([{ kind: 'double_admission', status: 'open' }])
    })

    test('[CL4] an entry that cannot be done for no fault of the database’s waits for a person', async () => {
      const { node, tenant } = await openWithNode()
      const { journal } = node.failover
      const entry = { tenant, key: 'odd', askedHash: 'odd', atMs: 1, work: '{"kind":"future"}' }
      await journal.append(entry)
      expect(await node.findDatabase()).toEqual(['parked'])
      expect(await journal.readFigures()).toMatchObject({ waiting: 0, parked: 1 })
    })
  })
}
