import { TRPCError } from '@trpc/server'
import { describe, expect, test } from 'vitest'
import { openDoorIn, type SyncWorld } from '../gates/open-door.contract.ts'
import { guests } from '../tenancy/matrix.contract.ts'

/** Claims by the code itself: for devices without a decoder, and for staff without a tablet. */
export function codesContract(open: () => SyncWorld): void {
  describe('codes', () => {
    /** A door with two guests whose tokens can be shown. */
    const openWithTokens = async () => {
      const door = await openDoorIn(open(), 0)
      const caller = await door.owner.call()
      const { id: event } = door.event
      const bytes = guests('Anna', 'Bert')
      const { id } = await caller.invitees.upload({ event, fileName: 'list.csv', bytes })
      await caller.invitees.importCommit({ id })
      const [anna = '', bert = ''] = (await caller.tickets.export({ event })).map(
        ({ token }) => token,
      )
      const { event: _, ...place } = door.place
      const desk = async (qr: string, change: object = {}) => {
        const asked = { event, ...place, qr, op: crypto.randomUUID(), ...change }
        return (await door.owner.call()).scan.staffCode(asked)
      }
      return { ...door, anna, bert, desk }
    }
    const history = async ({ owner, event }: Awaited<ReturnType<typeof openWithTokens>>) =>
      (await (await owner.call()).invitees.list({ event: event.id })).map(({ state }) => state)

    test('[CL9] a device claims by the code as it does by its digest', async () => {
      const { device, anna, pair } = await openWithTokens()
      const { op, seq, epoch } = device.intend('0'.repeat(32) as never)
      const asked = { device: device.id, qr: anna, op, seq, epoch }
      expect(await device.code(asked)).toEqual({
        ...{ op, outcome: 'accepted', reason: null, explanation: null, by: null },
        invitee: { no: 1, name: 'Anna', category: null, notice: null },
      })
      // Scanner noise is the same code, and the same op is told the same.
      expect(await device.code({ ...asked, qr: ` ${anna.toLowerCase()}\r` })).toMatchObject({
        outcome: 'accepted',
      })
      const other = await pair()
      const again = { ...asked, device: other.id, op: crypto.randomUUID() }
      expect(await other.code(again)).toMatchObject({
        ...{ outcome: 'taken', reason: 'used' },
        by: { device: 'Tablet', gateName: expect.any(String), atMs: expect.any(Number) },
      })
    })

    test('[CL9] for staff central chains the scan as a device of its own, refused ones too', async () => {
      const door = await openWithTokens()
      const { anna, desk, reconcile, counts, world, tenant, event, pair } = door
      const op = crypto.randomUUID()
      const first = await desk(anna, { op })
      expect(first).toMatchObject({ outcome: 'accepted', invitee: { name: 'Anna' } })
      expect(await desk(anna, { op })).toEqual(first)
      expect(await desk(anna)).toMatchObject({
        ...{ outcome: 'taken', by: { device: 'Organiser’s desk' } },
      })
      await reconcile()
      expect(await counts()).toMatchObject({ admitted: 1, peopleInside: 1, incidentsOpen: 0 })
      expect(await history(door)).toEqual(['checked_in', 'pending'])
      expect(await world.readClaims(tenant, event.id)).toMatchObject([{ op, settled: true }])
      // Gates hear of it as of any scan, with a time that is exact.
      const { scans } = await (await pair()).pull()
      expect(scans).toMatchObject([{ id: op, seq: 1, ruling: { kind: 'confirmed' } }])
      const [incident] = await door.incidents()
      expect(incident).toBeUndefined()
    })

    test('[CL9] staff at once: their scans stand in one chain, one is admitted', async () => {
      const { anna, bert, desk, reconcile, counts } = await openWithTokens()
      const codes = [anna, anna, bert, anna, bert, anna]
      const answers = await Promise.all(codes.map((qr) => desk(qr)))
      const ends = answers.map(({ outcome }) => outcome).sort()
      expect(ends).toEqual(['accepted', 'accepted', 'taken', 'taken', 'taken', 'taken'])
      await reconcile()
      expect(await counts()).toMatchObject({ admitted: 2, peopleInside: 2, incidentsOpen: 0 })
    })

    test('[CL9] a double of desk and tablet is ruled by true time, whoever pushed first', async () => {
      const { device, anna, desk, reconcile, incidents, world, tenant } = await openWithTokens()
      const digest = await world.deps.tx(tenant, async ({ manifest }) => {
        const { tickets } = await manifest.findChanges(device.grant.event, 0, 2 ** 40, 10)
        return tickets.find(({ name }) => name === 'Anna')?.digest ?? null
      })
      await device.contact()
      const offline = await device.scan(digest)
      await device.contact()
      const late = await desk(anna)
      expect(late.outcome).toBe('accepted')
      await device.push(device.links)
      await reconcile()
      expect((await incidents())[0]).toMatchObject({
        ...{ kind: 'double_admission', orderUncertain: false },
        scans: [
          { id: offline.body.id, ruling: 'confirmed' },
          { id: late.op, ruling: 'superseded' },
        ],
      })
    })

    test('[CL9] what is no genuine code of the event is said to be so, and nothing is claimed', async () => {
      const { anna, desk } = await openWithTokens()
      const stranger = await openWithTokens()
      const forged = `${anna.slice(0, -3)}${anna.endsWith('AAA') ? 'BBB' : 'AAA'}`
      for (const [qr, reason] of [
        ['hello', 'unreadable'],
        [forged, 'bad_signature'],
        [stranger.anna, 'not_ours'],
      ] as const) {
        expect(await desk(qr)).toMatchObject({ outcome: 'bad_code', reason, invitee: null })
      }
      expect((await desk(anna)).outcome).toBe('accepted')
    })

    test('[CL9] ids that do not belong together, a reused op and a flood are named', async () => {
      const door = await openWithTokens()
      const { anna, bert, desk, world } = door
      await expect(desk(anna, { list: crypto.randomUUID() })).rejects.toThrow('ids of this event')
      const op = crypto.randomUUID()
      await desk(anna, { op })
      const reused = desk(bert, { op })
      await expect(reused).rejects.toMatchObject({ code: 'UNPROCESSABLE_CONTENT' })
      const { user } = await (await door.owner.call()).accounts.me()
      const key = `code:user:${user.id}`
      for (let at = 0; at < 700; at += 1) await world.deps.limits.take(key, 600, 60_000)
      const flooded = desk(anna).catch((error: unknown) => error)
      expect(await flooded).toBeInstanceOf(TRPCError)
      expect(String(await flooded)).toContain('a minute')
    })
  })
}
