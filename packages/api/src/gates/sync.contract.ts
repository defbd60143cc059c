import { hashLink, importVerifyingKey, ManifestDelta, openSigned } from '@eventpass/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { digestAt, openDoorIn, type SyncWorld } from './open-door.contract.ts'

/** Contacts, pushes, pulls and rulings over real stores. */
export function syncContract(open: () => SyncWorld): void {
  const openDoor = (tickets: number) => openDoorIn(open(), tickets)

  test('a push is stored, answered per scan and received; again it changes nothing', async () => {
    const { device, digests, reconcile, counts } = await openDoor(3)
    for (const digest of digests) await device.scan(digest)
    await device.contact()
    const first = await device.push(device.links)
    const again = await device.push(device.links)
    expect(again).toEqual({ ...first, receipt: expect.anything() })
    if (first.outcome !== 'accepted') throw new Error(first.outcome)
    expect(first.answers.map(({ outcome }) => outcome)).toEqual(['stored', 'stored', 'stored'])
    expect(await device.openReceipt(first.receipt)).toMatchObject({
      device: device.id,
      throughSeq: 3,
      hash: device.links[2]?.hash,
    })
    await reconcile()
    expect(await counts()).toMatchObject({ admitted: 3, peopleInside: 3, incidentsOpen: 0 })
  })

  test('any cutting and repeating of pushes ends in one record a scan and the whole receipt', async () => {
    const { device, digests } = await openDoor(1)
    for (let at = 0; at < 8; at += 1) await device.scan(digestAt(digests, 0))
    const ranges = fc.array(
      fc
        .tuple(fc.nat(7), fc.integer({ min: 1, max: 8 }))
        .map(([from, size]) => [from, from + size]),
      { minLength: 1, maxLength: 4 },
    )
    await fc.assert(
      fc.asyncProperty(ranges, async (cuts) => {
        for (const [from, to] of cuts) await device.push(device.links.slice(from, to))
        const last = await device.push(device.links)
        if (last.outcome !== 'accepted') throw new Error(last.outcome)
        expect((await device.openReceipt(last.receipt)).throughSeq).toBe(8)
      }),
      { numRuns: 8 },
    )
  })

  test('a push beyond a gap is kept, and received once the gap is filled', async () => {
    const { device, digests } = await openDoor(1)
    for (let at = 0; at < 4; at += 1) await device.scan(digestAt(digests, 0))
    const beyond = await device.push(device.links.slice(2))
    if (beyond.outcome !== 'accepted') throw new Error(beyond.outcome)
    expect((await device.openReceipt(beyond.receipt)).throughSeq).toBe(0)
    const filled = await device.push(device.links.slice(0, 2))
    if (filled.outcome !== 'accepted') throw new Error(filled.outcome)
    expect((await device.openReceipt(filled.receipt)).throughSeq).toBe(4)
  })

  test('a forged signature or a broken chain is kept whole and gets no receipt', async () => {
    const { device, digests, pair } = await openDoor(2)
    const stranger = await pair()
    for (const digest of digests) await device.scan(digest)
    const bent = device.links.map((link, at) =>
      at === 0 ? { ...link, bytes: `${link.bytes} ` } : link,
    )
    expect(await device.push(bent)).toEqual({ outcome: 'quarantined', reason: 'chain' })
    expect(await device.push(device.links, stranger)).toEqual({
      outcome: 'quarantined',
      reason: 'signature',
    })
    expect((await device.contact()).receipt.throughSeq).toBe(0)
  })

  test('a chained scan that is no scan is stored, quarantined, counted and ruled on by nothing', async () => {
    const { world, device, digests, reconcile, counts } = await openDoor(1)
    const good = await device.scan(digestAt(digests, 0))
    const bytes = '{"v":1,"odd":true}'
    const hash = await hashLink(world.deps.subtle, good.hash, bytes)
    device.links.push({ ...good, seq: 2, prev: good.hash, bytes, hash })
    const answer = await device.push(device.links)
    if (answer.outcome !== 'accepted') throw new Error(answer.outcome)
    expect(answer.answers[1]).toMatchObject({ outcome: 'quarantined', id: null })
    expect((await device.openReceipt(answer.receipt)).throughSeq).toBe(2)
    await reconcile()
    expect((await counts()).admitted).toBe(1)
  })

  test('two tablets admit one ticket: one incident with both, the truly earlier one wins', async () => {
    const { device: fast, digests, pair, reconcile, incidents, counts } = await openDoor(1)
    const slow = await pair()
    fast.clock.wallAheadMs = 7 * 60_000
    slow.clock.wallAheadMs = -4 * 60_000
    for (const device of [fast, slow]) await device.contact()
    const first = await fast.scan(digestAt(digests, 0))
    await fast.contact()
    const second = await slow.scan(digestAt(digests, 0))
    await slow.contact()
    await slow.push(slow.links)
    await reconcile()
    await fast.push(fast.links)
    await reconcile()
    await reconcile()
    const [incident, ...others] = await incidents()
    expect(others).toEqual([])
    expect(incident).toMatchObject({ kind: 'double_admission', status: 'open' })
    expect(incident?.scans.map(({ id, ruling }) => [id, ruling])).toEqual([
      [first.body.id, 'confirmed'],
      [second.body.id, 'superseded'],
    ])
    expect(await counts()).toMatchObject({ inviteesInside: 1, peopleInside: 2, incidentsOpen: 1 })
  })

  test('a void frees the ticket again', async () => {
    const { device, digests, reconcile, counts } = await openDoor(1)
    await device.contact()
    const admit = await device.scan(digestAt(digests, 0))
    await device.scan(null, { act: 'void', target: admit.body.id })
    await device.contact()
    await device.push(device.links)
    await reconcile()
    expect(await counts()).toMatchObject({ admitted: 0, peopleInside: 0 })
  })

  test('a restored tablet is a fork: both branches stay, it is asked to pair anew', async () => {
    const { device, digests, reconcile, incidents } = await openDoor(3)
    for (const digest of digests) await device.scan(digest)
    await device.push(device.links)
    const restored = device.restore(1)
    await restored.scan(digestAt(digests, 2))
    const answer = await restored.push(restored.links)
    if (answer.outcome !== 'accepted') throw new Error(answer.outcome)
    expect(await device.openReceipt(answer.receipt)).toMatchObject({
      throughSeq: 2,
      hash: restored.links[1]?.hash,
    })
    expect((await restored.contact()).standing).toBe('pair_anew')
    await reconcile()
    const kinds = (await incidents()).map(({ kind }) => kind)
    expect(kinds).toEqual(expect.arrayContaining(['double_admission', 'fork']))
  })

  test('a tablet restored twice has three branches, and others hear of each', async () => {
    const { device, digests, pair } = await openDoor(3)
    const other = await pair()
    await device.scan(digestAt(digests, 0))
    await device.scan(digestAt(digests, 1))
    await device.push(device.links)
    const restored = device.restore(1)
    await restored.scan(digestAt(digests, 2))
    await restored.scan(digestAt(digests, 1))
    await restored.push(restored.links)
    const told = await other.pull()
    const again = restored.restore(2)
    const last = await again.scan(digestAt(digests, 0))
    await again.push(again.links)
    const { vector, rulingsRevision } = told
    const { scans } = await other.pull({ vector, rulingsRevision })
    expect(scans.map(({ id }) => id)).toContain(last.body.id)
  })

  test('a contact with an old head rules again on the scans that lie beyond it', async () => {
    const { world, device, digests, pair } = await openDoor(2)
    const rival = await pair()
    for (const one of [device, rival]) {
      await one.contact()
      await one.scan(digestAt(digests, 0))
      await one.contact()
      await one.push(one.links)
    }
    await world.takeDirty(device.grant.tenant)
    await device.restore(0).contact()
    const dirty = (await world.takeDirty(device.grant.tenant)).flat()
    expect(dirty).toMatchObject([{ invitee: 1 }])
  })

  test('[LG6] a contact that places an undo has what it undoes ruled again', async () => {
    const { world, device, digests } = await openDoor(1)
    const { tenant } = device.grant
    await device.contact()
    const admit = await device.scan(digestAt(digests, 0))
    await device.contact()
    await device.push(device.links)
    await world.takeDirty(tenant)
    await device.scan(null, { act: 'void', target: admit.body.id })
    await device.push(device.links.slice(-1))
    await world.takeDirty(tenant)
    await device.contact()
    expect((await world.takeDirty(tenant)).flat()).toMatchObject([{ invitee: 1 }])
  })

  test('pulls tell each scan and ruling of others once, whatever was told before', async () => {
    const { device, digests, pair, reconcile } = await openDoor(2)
    const other = await pair()
    await other.contact()
    const heard = await other.scan(digestAt(digests, 0))
    await other.contact()
    await other.push(other.links)
    await reconcile()
    const first = await device.pull()
    expect(first.scans).toMatchObject([
      { id: heard.body.id, invitee: 1, ruling: { kind: 'confirmed' } },
    ])
    expect(first.keys).toMatchObject([{ retired: false, wrapped: expect.any(String) }])
    const marks = { vector: first.vector, rulingsRevision: first.rulingsRevision }
    expect(await device.pull(marks)).toMatchObject({ scans: [], rulings: [] })

    await other.scan(null, { act: 'void', target: heard.body.id })
    await other.contact()
    await other.push(other.links)
    await reconcile()
    const second = await device.pull(marks)
    expect(second.scans.map(({ act }) => act)).toEqual(['void'])
    expect(second.rulings).toMatchObject([{ id: heard.body.id, ruling: { kind: 'voided' } }])
  })

  test('deltas carry what changed since the mark, signed, and the frame only where it changed', async () => {
    const { world, device, event, owner } = await openDoor(3)
    const read = async (revision: number) => {
      const { manifest } = await device.pull({ revision })
      const key = await importVerifyingKey(world.deps.subtle, world.deps.centralPoint)
      if (!key) throw new Error('no key')
      const delta = await openSigned(world.deps.subtle, key, manifest, ManifestDelta)
      if (!delta.ok) throw new Error(delta.failure.kind)
      return delta.value
    }
    const whole = await read(0)
    expect(whole.tickets).toHaveLength(3)
    expect(whole.frame).toMatchObject({ eventName: event.name })
    expect(await read(whole.to)).toMatchObject({
      from: whole.to,
      to: whole.to,
      tickets: [],
      frame: null,
    })
    await world.addTickets(device.grant.tenant, event.id, 2)
    expect(await read(whole.to)).toMatchObject({ tickets: { length: 2 }, frame: null, more: false })
    await (await owner.call()).events.addGate({ event: event.id, name: 'North' })
    expect((await read(whole.to)).frame).toMatchObject({ gates: { length: 2 } })
  })

  test('fifty contacts of one tablet leave what rules read, and a challenge serves once', async () => {
    const { world, device } = await openDoor(1)
    for (let at = 0; at < 50; at += 1) await device.contact()
    const kept = await world.deps.tx(device.grant.tenant, ({ reconcile }) =>
      reconcile.findContacts([device.id]),
    )
    // Of this head the first and the last; and pairing, which is contact zero.
    expect(kept.length).toBeLessThanOrEqual(3)
    expect(kept.every(({ tiMs, trMs }) => tiMs <= trMs)).toBe(true)
  })
}
