/**
 * Goal: whatever the line does, nothing acknowledged is lost, nothing counts twice, and only
 * central's receipts take scans off pending.
 * Method: the whole gate engine over stores in memory, against a central in this process
 * with the real checks, over a line that a test spoils call by call.
 */
import { expect, test } from 'vitest'
import { createWorld, entryOf, inShort, offline, pendingOf, until } from '../gate/tablet.fake.ts'
import { createSignKeyPair, signPushHead, signStatement } from '../sign/signature.ts'
import type { Fate } from './fake-line.fake.ts'
import { pushBytesMax } from './limits.ts'

test('[SY2] a receipt takes off what central has, and the screen says so', async () => {
  const { event, central, pairedTablet } = await createWorld()
  const code = await event.issue(1)
  const { tablet, gate } = await pairedTablet()
  tablet.line.fate = offline()
  expect(inShort(await gate.scan(entryOf(code)))).toBe('admit')
  expect(await pendingOf(tablet)).toBe(1)
  tablet.line.fate = () => 'ok'
  await gate.syncNow()
  expect(await pendingOf(tablet)).toBe(0)
  expect(central.bodies().map(({ verdict }) => verdict)).toEqual(['admit'])
  await gate.stop()
})

test.each(['portal', 'server_error', 'lost', 'busy'] satisfies Fate[])(
  '[SY2] a push that ends in %s takes off nothing, and the next one goes on',
  async (fate) => {
    const { event, central, pairedTablet } = await createWorld()
    const codes = [await event.issue(1), await event.issue(2)]
    const { tablet, gate } = await pairedTablet()
    tablet.line.fate = (call) => (call === 'push' ? fate : 'ok')
    for (const code of codes) expect(inShort(await gate.scan(entryOf(code)))).toBe('admit')
    await gate.syncNow()
    expect(await pendingOf(tablet)).toBe(2)
    tablet.line.fate = () => 'ok'
    await gate.syncNow()
    expect(await pendingOf(tablet)).toBe(0)
    expect(central.links()).toHaveLength(2)
    await gate.stop()
  },
)

test('[SY2] a captive portal on every call changes nothing that is held, and is named', async () => {
  const { event, pairedTablet, time } = await createWorld()
  const code = await event.issue(1)
  const { tablet, gate } = await pairedTablet()
  tablet.line.fate = () => 'portal'
  expect(inShort(await gate.scan(entryOf(code)))).toBe('admit')
  const before = JSON.stringify([...tablet.ledgers])
  await gate.syncNow()
  expect(JSON.stringify([...tablet.ledgers])).toBe(before)
  await until(gate, ({ notices }) => notices.join(' ').includes('page of its own'), time)
  await until(gate, ({ link }) => link === 'alone', time)
  await gate.stop()
})

test('[SY2] a receipt that central did not sign, or signed for another device, takes off nothing', async () => {
  const { event, central, registry, pairedTablet } = await createWorld()
  const code = await event.issue(1)
  const { tablet, gate } = await pairedTablet()
  await pairedTablet()
  tablet.line.fate = offline()
  await gate.scan(entryOf(code))
  const [own, other] = [...registry.devices.values()]
  const stranger = await createSignKeyPair(crypto.subtle)
  const head = tablet.ledgers.get('ledger-1')?.scans.at(-1)?.hash
  const honest = {
    type: 'receipt',
    device: own?.id,
    throughSeq: 1,
    hash: head,
    incarnation: 'life-1',
  }

  for (const receipt of [
    await signStatement(crypto.subtle, stranger.privateKey, honest),
    await event.sign({ ...honest, device: other?.id } as { type: string }),
    await event.sign({ ...honest, throughSeq: 7 } as { type: string }),
    {
      ...(await event.sign(honest as { type: string })),
      bytes: JSON.stringify({ ...honest, incarnation: 'life-2' }),
    },
  ]) {
    // Neither after a push nor at a contact.
    const push = central.push
    central.push = async () => ({ outcome: 'accepted', answers: [], receipt })
    tablet.line.fate = () => 'ok'
    await gate.syncNow()
    tablet.line.fate = offline()
    central.push = push
    expect(await pendingOf(tablet)).toBe(1)
  }
  await gate.stop()
})

test('[LG7] a push whose answer was lost is settled by the next contact, and not stored twice', async () => {
  const { event, central, pairedTablet } = await createWorld()
  const code = await event.issue(1)
  const { tablet, gate } = await pairedTablet()
  tablet.line.fate = (call) => (call === 'push' ? 'answer_lost' : 'ok')
  await gate.scan(entryOf(code))
  for (let tries = 0; tries < 10; tries += 1) await gate.syncNow()
  const stored = central.links()
  expect(stored).toHaveLength(1)
  tablet.line.fate = () => 'ok'
  await gate.syncNow()
  expect(central.links()).toEqual(stored)
  expect(await pendingOf(tablet)).toBe(0)
  await gate.stop()
})

test('[LG7] a contact whose answer was lost is asked again and again without harm', async () => {
  const { central, pairedTablet, time } = await createWorld()
  const { tablet, gate } = await pairedTablet()
  tablet.line.fate = (call) => (call === 'contact' ? 'answer_lost' : 'ok')
  central.endPasses()
  for (let tries = 0; tries < 3; tries += 1) await gate.syncNow()
  await until(gate, ({ link }) => link === 'alone', time)
  tablet.line.fate = () => 'ok'
  await gate.syncNow()
  await until(gate, ({ link }) => link === 'central', time)
  await gate.stop()
})

test('[SY3] a scan that central finds invalid is answered, counted and never sent again', async () => {
  const { event, central, pairedTablet, time } = await createWorld()
  const code = await event.issue(1)
  const { tablet, gate } = await pairedTablet()
  const push = central.push
  central.push = async (pass, input) => {
    const output = await push(pass, input)
    if (output.outcome !== 'accepted') return output
    const answers = output.answers.map((one) => ({
      ...one,
      outcome: 'quarantined' as const,
      reason: 'invalid',
    }))
    return { ...output, answers }
  }
  await gate.scan(entryOf(code))
  await gate.syncNow()
  expect(await pendingOf(tablet)).toBe(0)
  await until(gate, ({ notices }) => notices.join(' ').includes('could not trust'), time)
  const pushes = tablet.line.counts.get('push')
  await gate.syncNow()
  expect(tablet.line.counts.get('push')).toBe(pushes)
  await gate.stop()
})

test('[SY3] a push that central quarantines whole keeps its scans pending and is not hammered', async () => {
  const { event, central, pairedTablet, time } = await createWorld()
  const code = await event.issue(1)
  const { tablet, gate } = await pairedTablet()
  const stranger = await createSignKeyPair(crypto.subtle)
  tablet.line.fate = offline()
  await gate.scan(entryOf(code))
  // The contact is signed by the right key, the push by another.
  const push = central.push
  central.push = async (pass, input) =>
    push(pass, { ...input, signature: await foreign(stranger, input) })
  tablet.line.fate = () => 'ok'
  await gate.syncNow()
  expect(await pendingOf(tablet)).toBe(1)
  const kept = central.quarantinedPushes.length
  expect(kept).toBeGreaterThan(0)
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  expect(central.quarantinedPushes).toHaveLength(kept)
  expect(central.links()).toHaveLength(0)
  await until(gate, ({ notices }) => notices.join(' ').includes('kept here'), time)
  await gate.stop()
})

test('[SY6] a long queue goes in batches of bounded size, in one pass', async () => {
  const { event, central, time, pairedTablet } = await createWorld()
  const code = await event.issue(1)
  const { tablet, gate } = await pairedTablet()
  tablet.line.fate = offline()
  const sizes: number[] = []
  const push = central.push
  central.push = (pass, input) => {
    sizes.push(JSON.stringify(input).length)
    return push(pass, input)
  }
  // Long texts make few scans of many bytes.
  for (let seq = 0; seq < 700; seq += 1) {
    time.advance(10)
    await gate.scan(entryOf(`${'x'.repeat(1_000)}${seq}`))
  }
  await gate.scan(entryOf(code))
  tablet.line.fate = () => 'ok'
  await gate.syncNow()
  expect(await pendingOf(tablet)).toBe(0)
  expect(central.links()).toHaveLength(701)
  expect(sizes.length).toBeGreaterThan(2)
  expect(Math.max(...sizes)).toBeLessThan(pushBytesMax * 1.3)
  await gate.stop()
})

test('[SY6] a node that never answers is given up after a bounded wait', async () => {
  const { event, time, central, pairedTablet } = await createWorld()
  const code = await event.issue(1)
  const { gate } = await pairedTablet()
  central.challenge = () => new Promise(() => undefined)
  central.endPasses()
  await gate.scan(entryOf(code))
  let ended = false
  const pass = gate.syncNow().then(() => {
    ended = true
  })
  for (let step = 0; step < 40 && !ended; step += 1) {
    await new Promise((resolve) => setImmediate(resolve))
    time.advance(1_000)
  }
  await pass
  await until(gate, ({ link }) => link === 'alone', time)
  await gate.stop()
})

test('[SY1] what lies above the head of a central that was restored is pushed again', async () => {
  const { event, central, time, pairedTablet } = await createWorld()
  const codes = [await event.issue(1), await event.issue(2)]
  const { tablet, gate } = await pairedTablet()
  await gate.scan(entryOf(codes[0] ?? ''))
  await gate.syncNow()
  const restore = central.backUp()
  await gate.scan(entryOf(codes[1] ?? ''))
  await gate.syncNow()
  expect(central.links()).toHaveLength(2)
  restore()
  expect(central.links()).toHaveLength(1)
  time.advance(6 * 60_000)
  await gate.syncNow()
  await gate.syncNow()
  expect(central.links()).toHaveLength(2)
  expect(await pendingOf(tablet)).toBe(0)
  await until(gate, ({ stage }) => stage === 'ready', time)
  await gate.stop()
})

test('[SY5] a central that was restored is asked for everything anew, whatever its former life had told', async () => {
  const { event, central, time, pairedTablet } = await createWorld()
  const codes = [await event.issue(1), await event.issue(2), await event.issue(3)]
  const here = await pairedTablet()
  const there = await pairedTablet()
  await there.gate.scan(entryOf(codes[0] ?? ''))
  await there.gate.syncNow()
  const restore = central.backUp()
  await there.gate.scan(entryOf(codes[1] ?? ''))
  await there.gate.syncNow()
  await here.gate.syncNow()
  restore()
  const asked: { readonly vector: unknown; readonly rulingsRevision: number }[] = []
  const { pull } = central
  central.pull = (pass, marks, pageMax) => {
    asked.push(marks)
    return pull(pass, marks, pageMax)
  }
  time.advance(6 * 60_000)
  await here.gate.syncNow()
  // What the restored summary holds: one scan and its ruling, not the two that were heard before.
  expect(asked[0]).toMatchObject({ vector: [[2, '', 1]], rulingsRevision: 1 })
  expect(inShort(await here.gate.scan(entryOf(codes[1] ?? '')))).toBe('refuse used')
  await here.gate.stop()
  await there.gate.stop()
})

test('[SY2] a tablet restored from a backup is told to pair anew, and both branches are kept', async () => {
  const { event, central, pairedTablet, time } = await createWorld()
  const codes = [await event.issue(1), await event.issue(2), await event.issue(3)]
  const { tablet, gate } = await pairedTablet()
  await gate.scan(entryOf(codes[0] ?? ''))
  await gate.syncNow()
  const restore = tablet.backUp()
  await gate.scan(entryOf(codes[1] ?? ''))
  await gate.syncNow()
  await gate.stop()
  restore()

  const again = tablet.start()
  expect(inShort(await again.scan(entryOf(codes[2] ?? '')))).toBe('admit')
  await again.syncNow()
  await again.syncNow()
  expect(central.bodies().map(({ seq }) => seq)).toEqual([1, 2, 2])
  await until(again, ({ stage }) => stage === 'pair_anew', time)
  // Scanning goes on while a new pairing is under way.
  expect(inShort(await again.scan(entryOf(codes[0] ?? '')))).toBe('refuse used')
  await again.stop()
})

test('[SY2] a device that central revoked pushes what it has, then holds no list and no keys', async () => {
  const { event, central, registry, time, pairedTablet } = await createWorld()
  const codes = [await event.issue(1), await event.issue(2)]
  const { tablet, gate } = await pairedTablet()
  await gate.scan(entryOf(codes[0] ?? ''))
  const [device] = [...registry.devices.values()]
  if (device) device.standing = 'revoked'
  await gate.syncNow()
  expect(central.links()).toHaveLength(1)
  await until(gate, ({ stage }) => stage === 'revoked', time)
  expect(tablet.keyRings.get('ledger-1')?.eventKeys).toEqual([])
  expect(tablet.keyRings.get('ledger-1')?.wrap).toBeNull()
  expect(inShort(await gate.scan(entryOf(codes[1] ?? '')))).toBe('refuse wiped')
  await gate.stop()

  time.advance(60_000)
  const again = tablet.start()
  expect(inShort(await again.scan(entryOf(codes[1] ?? '')))).toBe('refuse wiped')
  await again.syncNow()
  expect(central.links()).toHaveLength(3)
  await again.stop()
})

/** A signature over the push's own head, by another key. */
function foreign(
  stranger: CryptoKeyPair,
  input: { device: string; headSeq: number; scans: readonly { hash: string }[] },
) {
  const head = {
    device: input.device,
    headSeq: input.headSeq,
    headHash: input.scans.at(-1)?.hash ?? '',
  }
  return signPushHead(crypto.subtle, stranger.privateKey, head)
}
