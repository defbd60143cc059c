/**
 * Goal: a tablet becomes a device only under keys that it made, by a person who saw its words,
 * and goes on being it over restarts (DV1).
 */
import { describe, expect, test } from 'vitest'
import {
  createTablet,
  createWorld,
  entryOf,
  inShort,
  offline,
  pairTablet,
  pendingOf,
  until,
  type WrapStores,
} from './tablet.fake.ts'

const code = 'one-time-code-of-a-link'

describe('pairing', () => {
  test('[DV1] the device proves its key, shows the words that central shows, and waits for a person', async () => {
    const { time, registry, central } = await createWorld()
    const tablet = createTablet(time, central)
    const shown: (readonly string[])[] = []
    const pairStart = central.pairStart
    central.pairStart = async (input) => {
      const output = await pairStart(input)
      shown.push(output.words)
      return output
    }
    registry.codes.add(code)
    const gate = tablet.start()
    const view = await gate.pair(code, 'North 1')
    expect(view.state === 'waiting' && view.words).toEqual(shown[0])
    await until(gate, ({ stage, words }) => stage === 'pairing' && words !== null, time)
    expect(tablet.ledgers.size).toBe(0)
    await accept(registry)
    const { role, eventName } = await until(gate, ({ stage }) => stage === 'ready', time)
    expect([role, eventName]).toEqual(['steward', 'Harbour Festival'])
    await gate.stop()
  })

  test('[DV1] a code is good once, and a used one is refused in words', async () => {
    const { time, registry, central } = await createWorld()
    registry.codes.add(code)
    const [one, two] = [createTablet(time, central).start(), createTablet(time, central).start()]
    expect((await one.pair(code, '')).state).toBe('waiting')
    expect(await two.pair(code, '')).toMatchObject({ state: 'failed' })
    expect(await two.pair('short', '')).toMatchObject({ state: 'failed' })
    await until(two, ({ stage }) => stage === 'unpaired', time)
    await one.stop()
    await two.stop()
  })

  test('[LG7] a lost answer uses no link up: it is asked for again, also by a person, under the same keys', async () => {
    const { time, registry, central } = await createWorld()
    const tablet = createTablet(time, central)
    const gate = tablet.start()
    registry.codes.add(code)
    tablet.line.fate = (call, count) => (call === 'pairStart' && count === 1 ? 'answer_lost' : 'ok')
    expect((await gate.pair(code, '')).state).toBe('waiting')
    await gate.cancelPairing()

    const other = `${code}-2`
    registry.codes.add(other)
    tablet.line.fate = (call) => (call === 'pairStart' ? 'answer_lost' : 'ok')
    const view = await gate.pair(other, '')
    expect(view.state === 'failed' && view.message).toContain('open the link again')
    await gate.stop()
    tablet.line.fate = () => 'ok'
    const again = tablet.start()
    expect((await again.pair(other, '')).state).toBe('waiting')
    expect(registry.devices.size).toBe(2)
    await accept(registry)
    await until(again, ({ stage }) => stage === 'ready', time)
    expect([...tablet.keyRings.keys()]).toEqual(['ledger-1'])
    await again.stop()
  })

  test('[DV1] words that are not its own mean other keys on the way: the device does not go on', async () => {
    const { time, registry, central } = await createWorld()
    registry.codes.add(code)
    const tablet = createTablet(time, central)
    const pairStart = central.pairStart
    central.pairStart = async (input) => ({
      ...(await pairStart(input)),
      words: ['acorn', 'zebra', 'acorn', 'zebra'],
    })
    const gate = tablet.start()
    const view = await gate.pair(code, '')
    expect(view.state === 'failed' && view.message).toContain('other keys')
    expect(tablet.keyRings.size).toBe(0)
    await gate.stop()
  })

  test('[DV1] a grant that the sent key did not sign, or for another device, makes no device', async () => {
    const { time, event, registry, central } = await createWorld()
    const pairStatus = central.pairStatus
    for (const change of [{ device: '00000005-0000-4000-8000-0000000000ff' }, null]) {
      registry.codes.add(code)
      central.pairStatus = async (input) => {
        const output = await pairStatus(input)
        if (output.state !== 'accepted' || !('grant' in output) || !output.grant) return output
        const statement = { ...JSON.parse(output.grant.bytes), ...change }
        const grant = change
          ? await event.sign(statement)
          : { ...output.grant, bytes: output.grant.bytes.replace('steward', 'supervisor') }
        return { ...output, grant }
      }
      const tablet = createTablet(time, central)
      const gate = tablet.start()
      await gate.pair(code, '')
      await accept(registry)
      await until(gate, ({ notices }) => notices.join(' ').includes('not signed'), time)
      expect(tablet.ledgers.size).toBe(0)
      expect(tablet.keyRings.size).toBe(0)
      await gate.stop()
    }
  })

  test('[DV1] a restart while a person decides goes on waiting, under the same keys and words', async () => {
    const { time, registry, central } = await createWorld()
    registry.codes.add(code)
    const tablet = createTablet(time, central)
    const first = tablet.start()
    const view = await first.pair(code, '')
    tablet.kill()
    const second = tablet.start()
    const { words } = await until(second, ({ stage }) => stage === 'pairing', time)
    expect(view.state === 'waiting' && view.words).toEqual(words)
    await accept(registry)
    await until(second, ({ stage }) => stage === 'ready', time)
    await second.stop()
  })

  test('a refusal, a cancellation and silence end in unpaired, with a word', async () => {
    const { time, registry, central } = await createWorld()
    const tablet = createTablet(time, central)
    const gate = tablet.start()
    registry.codes.add(code)
    await gate.pair(code, '')
    await until(gate, ({ stage }) => stage === 'pairing', time)
    const device = [...registry.devices.values()].at(-1)
    if (device) device.accepted = false
    await until(
      gate,
      ({ stage, notices }) => stage === 'unpaired' && notices.join(' ').includes('refused'),
      time,
    )

    registry.codes.add(code)
    await gate.pair(code, '')
    await gate.cancelPairing()
    await until(gate, ({ stage }) => stage === 'unpaired', time)
    expect(tablet.keyRings.size).toBe(0)

    registry.codes.add(code)
    await gate.pair(code, '')
    tablet.line.fate = () => 'lost'
    time.advance(12 * 60_000)
    await until(
      gate,
      ({ stage, notices }) => stage === 'unpaired' && notices.join(' ').includes('in time'),
      time,
    )
    await gate.stop()
  })

  test('a device with unsent scans is not replaced; a revoked one is, and its queue is kept', async () => {
    const { time, event, registry, pairedTablet } = await createWorld()
    const ticket = await event.issue(1)
    const { tablet, gate } = await pairedTablet()
    tablet.line.fate = (call) => (call === 'push' ? 'lost' : 'ok')
    expect(inShort(await gate.scan(entryOf(ticket)))).toBe('admit')
    registry.codes.add(code)
    const view = await gate.pair(code, '')
    expect(view.state === 'failed' && view.message).toContain('1 scan of this tablet is not sent')

    const [device] = [...registry.devices.values()]
    if (device) device.standing = 'revoked'
    await gate.syncNow()
    await until(gate, ({ stage }) => stage === 'revoked', time)
    await pairTablet(time, gate, registry)
    await until(gate, ({ stage }) => stage === 'ready', time)
    expect([...tablet.ledgers.keys()]).toEqual(['ledger-1', 'ledger-2'])
    expect(tablet.ledgers.get('ledger-1')?.scans).toHaveLength(1)
    await gate.stop()

    const again = tablet.start()
    await until(again, ({ stage }) => stage === 'ready', time)
    expect(inShort(await again.scan(entryOf(ticket)))).toBe('admit')
    await again.stop()
  })

  test('[SY1] scans that are made while a person compares the words are handed in before another device takes over', async () => {
    const { time, event, registry, central, pairedTablet } = await createWorld()
    const ticket = await event.issue(1)
    const { tablet, gate } = await pairedTablet()
    registry.codes.add(code)
    expect((await gate.pair(code, 'North 2')).state).toBe('waiting')
    tablet.line.fate = offline('push')
    const { scan } = await gate.scan(entryOf(ticket))
    await accept(registry)
    const asked = tablet.line.counts.get('pairStatus') ?? 0
    await until(gate, () => (tablet.line.counts.get('pairStatus') ?? 0) > asked + 2, time)
    expect([...tablet.ledgers.keys()]).toEqual(['ledger-1'])
    tablet.line.fate = () => 'ok'
    await until(gate, () => tablet.ledgers.size === 2, time)
    expect(central.bodies().map(({ id }) => id)).toEqual([scan])
    expect(pendingOf(tablet)).toBe(0)
    await gate.stop()
  })

  test('[SY1] what central lost with a restore is handed in before another device takes over', async () => {
    const { time, event, registry, central, pairedTablet } = await createWorld()
    const restore = central.backUp()
    const ticket = await event.issue(1)
    const { tablet, gate } = await pairedTablet()
    const { scan } = await gate.scan(entryOf(ticket))
    await gate.syncNow()
    expect(pendingOf(tablet)).toBe(0)
    restore()
    expect(central.bodies()).toEqual([])

    registry.codes.add(code)
    expect((await gate.pair(code, 'North 2')).state).toBe('waiting')
    await accept(registry)
    await until(gate, () => tablet.ledgers.size === 2, time)
    expect(central.bodies().map(({ id }) => id)).toEqual([scan])
    await gate.stop()
  })

  test('a tablet that a restored central does not know is paired anew, and its queue is kept', async () => {
    const { time, event, registry, pairedTablet } = await createWorld()
    const ticket = await event.issue(1)
    const { tablet, gate } = await pairedTablet()
    tablet.line.fate = offline('push')
    await gate.scan(entryOf(ticket))
    for (const device of registry.devices.values()) device.accepted = null
    tablet.line.fate = () => 'ok'
    await gate.syncNow()
    registry.codes.add(code)
    expect((await gate.pair(code, 'North 2')).state).toBe('waiting')
    await accept(registry)
    await until(gate, () => tablet.ledgers.size === 2, time)
    expect(tablet.ledgers.get('ledger-1')?.scans).toHaveLength(1)
    await gate.stop()
  })

  test('a tablet whose keys were lost keeps deciding by its list, and says that it must be paired anew', async () => {
    const { time, event, pairedTablet } = await createWorld()
    const ticket = await event.issue(1)
    const { tablet, gate } = await pairedTablet()
    await gate.stop()
    tablet.keyRings.clear()
    const again = tablet.start()
    const { notices } = await until(again, ({ stage }) => stage === 'pair_anew', time)
    expect(notices.join(' ')).toContain('lost its keys')
    expect(inShort(await again.scan(entryOf(ticket)))).toBe('admit')
    await again.stop()
  })

  test('a ledger that cannot be read is kept aside, and the tablet can be paired anew', async () => {
    const { time, registry, pairedTablet } = await createWorld()
    const { tablet, gate } = await pairedTablet()
    await gate.stop()
    const again = tablet.start((stores) => ({
      ...stores,
      ledgers: {
        ...stores.ledgers,
        open: async (name) => {
          if (name === 'ledger-1') throw new Error('SQLITE_CORRUPT')
          return stores.ledgers.open(name)
        },
      },
    }))
    await until(
      again,
      ({ stage, notices }) => stage === 'unpaired' && notices.join(' ').includes('kept aside'),
      time,
    )
    await pairTablet(time, again, registry)
    await until(again, ({ stage }) => stage === 'ready', time)
    expect([...tablet.ledgers.keys()]).toEqual(['ledger-1', 'ledger-2'])
    await again.stop()
  })
})

describe('a damaged ledger that lies aside', () => {
  test('keeps its name and its keys, and is told of until its file is gone', async () => {
    const { time, registry, pairedTablet } = await createWorld()
    const { tablet, gate } = await pairedTablet()
    await gate.stop()
    const keys = tablet.keyRings.get('ledger-1')
    tablet.ledgers.delete('ledger-1')
    const again = tablet.start(aside('ledger-1'))
    await until(again, ({ stage, notices }) => stage === 'unpaired' && isTold(notices), time)
    await pairTablet(time, again, registry)
    await until(again, ({ stage }) => stage === 'ready', time)
    expect([...tablet.ledgers.keys()]).toEqual(['ledger-2'])
    expect(tablet.keyRings.get('ledger-1')).toBe(keys)
    await again.stop()

    const later = tablet.start(aside('ledger-1'))
    await until(later, ({ stage, notices }) => stage === 'ready' && isTold(notices), time)
    await later.stop()
    const last = tablet.start()
    const { notices } = await until(last, ({ stage }) => stage === 'ready', time)
    expect(isTold(notices)).toBe(false)
    await last.stop()
  })

  test('was this tablet, and no older ledger becomes it in its stead', async () => {
    const { time, event, registry, central, pairedTablet } = await createWorld()
    const ticket = await event.issue(1)
    const { tablet, gate } = await pairedTablet()
    await pairTablet(time, gate, registry)
    await until(gate, () => tablet.ledgers.size === 2, time)
    await gate.stop()
    tablet.ledgers.delete('ledger-2')
    const again = tablet.start(aside('ledger-2'))
    await until(again, ({ stage, notices }) => stage === 'unpaired' && isTold(notices), time)
    await expect(again.scan(entryOf(ticket))).rejects.toThrow('not paired')
    await pairTablet(time, again, registry)
    await until(again, ({ stage }) => stage === 'ready', time)
    expect([...tablet.ledgers.keys()]).toEqual(['ledger-1', 'ledger-3'])
    expect(central.bodies()).toEqual([])
    await again.stop()
  })

  test('keeps its keys also where its file is gone', async () => {
    const { time, registry, pairedTablet } = await createWorld()
    const { tablet, gate } = await pairedTablet()
    await gate.stop()
    const keys = tablet.keyRings.get('ledger-1')
    tablet.ledgers.delete('ledger-1')
    const again = tablet.start()
    await until(again, ({ stage }) => stage === 'unpaired', time)
    await pairTablet(time, again, registry)
    expect(tablet.keyRings.get('ledger-1')).toBe(keys)
    await again.stop()
  })
})

function aside(name: string): WrapStores {
  const lies = { name, keptAs: `eventpass/rescue/${name}.sqlite` }
  return (stores) => ({ ...stores, ledgers: { ...stores.ledgers, aside: async () => [lies] } })
}

const isTold = (notices: readonly string[]) => notices.join(' ').includes('lie aside')

async function accept(registry: { readonly devices: Map<string, { accepted: boolean | null }> }) {
  const device = [...registry.devices.values()].at(-1)
  if (device) device.accepted = true
}
