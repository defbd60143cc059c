import type { InviteeNo } from '@eventpass/domain'
import { importVerifyingKey, ManifestDelta, openSigned, rowToTicket } from '@eventpass/sync'
import { expect, test } from 'vitest'
import type { AuditWorld } from '../audit/audit-chain.contract.ts'
import { sequenceAudit } from '../audit/sequence-audit.ts'
import { openDoorIn, type SyncWorld } from '../gates/open-door.contract.ts'
import { streamOf } from '../invitees/open-list.contract.ts'
import { getSnapshot } from '../snapshots/get-snapshot.ts'

export interface ErasureWorld extends SyncWorld, AuditWorld {
  /** Tables that hold a word, in whatever column, row and letters. */
  readonly findWord: (word: string) => Promise<readonly string[]>
}

/** What is told of the one person of these tests; nobody else is known by it, and no hash holds it. */
const words = [
  'zoraida',
  'quillfeather',
  '0555 987',
  '0555987654321012',
  'ext-77',
  'allergic',
  'sobbing',
] as const
const person =
  'Zoraida Quillfeather,zoraida@example.org,0555 987 654 321 012,ext-77,3,allergic to nuts'
const list = ['name,email,phone,id,party,notice', person, 'Bert,,,b,1,']

/** Erasing a person, over real stores. */
export function erasureContract(open: () => ErasureWorld): void {
  test('[GD1] nothing of the person is left in any table, and what counts stays as it was', async () => {
    const { world, caller, event, device, digests, reconcile, counts, incidents, upload } =
      await openHouse(open())
    const admit = await device.scan(digests[0] ?? null, {}, undefined, 'sobbing at the door')
    await device.scan(
      digests[0] ?? null,
      { verdict: 'refuse', reason: 'used' },
      undefined,
      'sobbing',
    )
    const voided = { act: 'void', target: admit.body.id } as const
    await device.scan(null, voided, undefined, 'sobbing again')
    await device.scan(digests[0] ?? null, {}, undefined, 'sobbing')
    await device.scan(digests[0] ?? null)
    await device.push(device.links)
    // Kept whole, since its signature is somebody else’s.
    await device.push(device.links, await device.stranger())
    await caller.orders.create({ event, invitees: [1], reference: 'Quillfeather family' })
    await upload()
    await reconcile()
    const before = { counts: await counts(), incidents: await incidents() }
    for (const word of words) expect(await world.findWord(word), word).not.toEqual([])

    const erased = await caller.invitees.erase({ event, no: 1 })
    for (const word of words) expect(await world.findWord(word), word).toEqual([])
    await reconcile()
    const { manifestRevision } = await counts()
    expect(manifestRevision).toBe(erased.revision)
    expect(await counts()).toEqual({ ...before.counts, manifestRevision })
    expect(await incidents()).toEqual(
      before.incidents.map((one) => ({
        ...one,
        invitee: one.invitee === null ? null : 'Erased guest',
      })),
    )
    expect(before.incidents.map(({ kind }) => kind)).toContain('double_admission')
    await sequenceAudit({ ...world.deps, unchainedAudit: world.unchainedAudit })
    expect(await caller.audit.verify()).toMatchObject({ outcome: 'intact' })
    // The chain goes on behind scans whose texts are gone.
    expect(await device.push(device.links)).toMatchObject({ outcome: 'accepted' })
  })

  test('[GD1] the ticket is refused from then on; companions keep theirs under a name of nobody', async () => {
    const { caller, event, device, readRows } = await openHouse(open())
    const { revision } = await caller.invitees.erase({ event, no: 1 })
    const rows = await readRows(revision - 1)
    const told = rows.map(({ invitee, name, state, notice }) => [invitee, name, state, notice])
    expect(told.sort()).toEqual([
      [1, '', 'cancelled', null],
      [2, 'Guest +1', 'valid', null],
      [3, 'Guest +2', 'valid', null],
    ])
    const [row] = rows.filter(({ invitee }) => invitee === 1)
    if (!row) throw new Error('An erased row reaches gates by pull.')
    expect(await device.claim(device.intend(row.digest))).toMatchObject({
      outcome: 'refused',
      verdict: { reason: 'cancelled' },
    })
    expect(await caller.invitees.list({ event })).toMatchObject([{ no: 2 }, { no: 3 }, { no: 4 }])
    expect(await caller.tickets.export({ event })).toMatchObject([{ no: 2 }, { no: 3 }, { no: 4 }])
    for (const state of ['valid', 'unpaid'] as const) {
      await expect(caller.tickets.setState({ event, no: 1, state })).rejects.toThrow('no invitee')
    }
  })

  test('[GD1] a companion is erased alone', async () => {
    const { caller, event } = await openHouse(open())
    await caller.invitees.erase({ event, no: 2 })
    expect(await caller.invitees.list({ event })).toMatchObject([
      { no: 1, name: 'Zoraida Quillfeather', email: 'zoraida@example.org' },
      { no: 3 },
      { no: 4 },
    ])
  })

  test('[GD1] a device has confirmed once it asks to go on from there, and no sooner', async () => {
    const { caller, event, device } = await openHouse(open())
    const { revision, confirmed, waiting } = await caller.invitees.erase({ event, no: 1 })
    expect({ confirmed, waiting }).toMatchObject({ confirmed: 0, waiting: [{ device: device.id }] })
    const status = () => caller.invitees.erasure({ event, no: 1 })
    await device.pull({ revision: revision - 1 })
    expect(await status()).toMatchObject({ waiting: [{ device: device.id }] })
    await device.pull({ revision })
    expect(await status()).toMatchObject({ revision, confirmed: 1, waiting: [] })
    // Set back to a backup it names the person again, and says so by what it asks for.
    await device.pull({ revision: revision - 1 })
    expect(await status()).toMatchObject({ confirmed: 0, waiting: [{ device: device.id }] })
  })

  test('[GD1] what arrives later about the person is stored without its texts', async () => {
    const { world, caller, event, tenant, device, digests } = await openHouse(open())
    await caller.invitees.erase({ event, no: 1 })
    const admit = await device.scan(digests[0] ?? null, {}, undefined, 'sobbing')
    await device.scan(null, { act: 'void', target: admit.body.id }, undefined, 'sobbing')
    const other = await device.scan(digests[3] ?? null, {}, undefined, 'forgot his ticket')
    await device.push(device.links, await device.stranger())
    await device.push(device.links.slice(0, 1))
    await device.push(device.links.slice(1))
    await device.scan(null, { act: 'void', target: admit.body.id }, undefined, 'sobbing')
    await device.push(device.links.slice(3))
    expect(await world.findWord('sobbing')).toEqual([])
    const kept = await world.findTexts(tenant)
    expect(kept).toEqual([{ hash: other.hash, field: 'note', text: 'forgot his ticket' }])
  })

  test('[GD1] texts that arrive while the person is erased are gone too', async () => {
    const { world, caller, event, tenant, device, digests } = await openHouse(open())
    for (let at = 0; at < 12; at += 1) {
      await device.scan(digests[0] ?? null, {}, undefined, 'sobbing')
    }
    const pushes = device.links.map((_, at) => device.push(device.links.slice(at, at + 1)))
    await Promise.all([...pushes, caller.invitees.erase({ event, no: 1 })])
    expect(await world.findTexts(tenant)).toEqual([])
  })

  test('[GD1] erasing again changes nothing; a number of nobody is refused in words', async () => {
    const { world, caller, event, tenant } = await openHouse(open())
    const first = await caller.invitees.erase({ event, no: 1 })
    world.clock.ms += 5_000
    expect(await caller.invitees.erase({ event, no: 1 })).toEqual(first)
    const rows = await world.deps.tx(tenant, (tx) => tx.audit.findRecent(5))
    expect(rows.filter(({ action }) => action === 'invitees.erase')).toHaveLength(1)
    const no = 99 as InviteeNo
    await expect(caller.invitees.erase({ event, no })).rejects.toThrow('no invitee')
    await expect(caller.invitees.erasure({ event, no: 4 })).rejects.toThrow('is not erased')
  })

  test('[GD1] a snapshot from before is not served any more, and another one is asked for', async () => {
    const { world, caller, event, tenant, device } = await openHouse(open())
    const requested: string[] = []
    const snapshotBuilds = { request: (_: string, of: string) => void requested.push(of) }
    const deps = { ...world.deps, snapshotBuilds }
    const { manifestRevision: revision } = await caller.events.counts({ event })
    const sizes = { format: 1, rows: 4, bytes: 1, gzipBytes: 1, sha256: '', gzipSha256: '' }
    const meta = { type: 'snapshot' as const, event, revision, path: '/snapshots/a/b', ...sizes }
    await world.deps.tx(tenant, (tx) => tx.snapshots.save({ meta, builtMs: world.clock.ms }))
    const state = async () => {
      const answer = await getSnapshot(deps, tenant, device.id)
      return answer.ok && answer.value.state
    }
    expect(await state()).toBe('ready')
    await caller.invitees.erase({ event, no: 1 })
    expect(await state()).toBe('building')
    expect(requested).toEqual([event])
  })
}

/** A list with the person (1), two companions (2, 3) and somebody else (4), and a tablet at the door. */
async function openHouse(world: ErasureWorld) {
  const door = await openDoorIn(world, 0)
  const { owner, tenant, device, counts, pair } = door
  const event = door.event.id
  const caller = await owner.call()
  const upload = () =>
    caller.invitees.upload({ event, fileName: 'list.csv', bytes: streamOf(list.join('\n')) })
  await caller.invitees.importCommit({ id: (await upload()).id })
  const key = await importVerifyingKey(world.deps.subtle, world.deps.centralPoint)
  if (!key) throw new Error('Central has a key to sign with.')
  const readRows = async (revision: number) => {
    const { manifest } = await device.pull({ revision })
    const delta = await openSigned(world.deps.subtle, key, manifest, ManifestDelta)
    if (!delta.ok) throw new Error(delta.failure.kind)
    return delta.value.tickets.map(rowToTicket)
  }
  const rows = (await readRows(0)).sort((a, b) => a.invitee - b.invitee)
  const digests = rows.map(({ digest }) => digest)
  return {
    ...{ ...door, world, event, tenant, caller, upload, readRows, digests, counts },
    device: { ...device, stranger: () => pair() },
  }
}
