/**
 * Goal: a first load that breaks goes on where it stood, and nothing decides that is not the
 * signed list, whole (SY4).
 * Method: lines that break at every byte, nodes that serve other bytes, processes that end in between.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { GateStatus } from '../gate/gate.ts'
import { WriteRefusedError } from '../gate/manifest-fault.ts'
import type { ManifestStore } from '../gate/stores.ts'
import {
  createTablet,
  createWorld,
  entryOf,
  inShort,
  pairTablet,
  type Tablet,
  until,
} from '../gate/tablet.fake.ts'

test('[SY4] a load that breaks twice goes on with the bytes that are missing', async () => {
  const { time, event, registry, central } = await createWorld()
  const code = await listOf(event, 40)
  const tablet = createTablet(time, central)
  const served: number[] = []
  const range = central.range
  central.range = (pass, path, from) => {
    served.push(from)
    return range(pass, path, from)
  }
  tablet.line.carries = (atByte) => served.length > 2 || atByte < 1_024 * served.length
  const gate = tablet.start()
  await pairTablet(time, gate, registry)
  await until(gate, ({ stage }) => stage === 'ready', time)
  expect(served).toEqual([0, 1_024, 2_048])
  expect(inShort(await gate.scan(entryOf(code)))).toBe('admit')

  // Later ones fetch what changed and no bytes of a snapshot.
  await event.issue(99)
  await gate.syncNow()
  expect(served).toHaveLength(3)
  await gate.stop()
})

test('[SY4] wherever the line breaks and whenever the process ends, the load goes on', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(6_000), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      async (breaks, killed) => {
        const { time, event, registry, central } = await createWorld()
        const code = await listOf(event, 20)
        const tablet = createTablet(time, central)
        tablet.line.chunkBytes = 700
        let sent = 0
        const left = [...breaks]
        tablet.line.carries = (atByte) => {
          const [next] = left
          if (next === undefined || atByte < next) {
            sent += 700
            return true
          }
          left.shift()
          return false
        }
        let gate = tablet.start()
        await pairTablet(time, gate, registry)
        if (killed) {
          tablet.kill()
          gate = tablet.start()
        }
        await until(gate, ({ stage }) => stage === 'ready', time)
        expect(inShort(await gate.scan(entryOf(code)))).toBe('admit')
        // Each break costs at most one piece twice: never from zero.
        expect(sent).toBeLessThan(sizeOf(tablet) + 1_400 * (breaks.length + 2))
        await gate.stop()
      },
    ),
    { numRuns: 12 },
  )
})

test('[SY4] bytes that are not the signed ones never decide, and the load starts over', async () => {
  const { time, event, registry, central } = await createWorld()
  const code = await listOf(event, 10)
  const tablet = createTablet(time, central)
  let spoiled = 0
  const range = central.range
  central.range = (pass, path, from) => {
    const bytes = range(pass, path, from).slice()
    if (spoiled < 2) bytes[40] = (bytes[40] ?? 0) ^ 1
    spoiled += 1
    return bytes
  }
  const gate = tablet.start()
  await pairTablet(time, gate, registry)
  await until(gate, ({ stage }) => stage === 'ready', time)
  expect(spoiled).toBe(3)
  expect(inShort(await gate.scan(entryOf(code)))).toBe('admit')
  await gate.stop()
})

test('[SY4] bytes that stay wrong are given up after a few tries, with a word to the person', async () => {
  const { time, event, registry, central } = await createWorld()
  const code = await listOf(event, 10)
  const tablet = createTablet(time, central)
  const range = central.range
  central.range = (pass, path, from) => range(pass, path, from).slice().fill(65, 20, 40)
  const gate = tablet.start()
  await pairTablet(time, gate, registry)
  await until(gate, ({ notices }) => notices.join(' ').includes('damaged'), time)
  expect(inShort(await gate.scan(entryOf(code)))).toBe('refuse sync_needed')
  await gate.stop()
})

test('[SY4] a snapshot that is no longer served is given up for the current one', async () => {
  const { time, event, registry, central } = await createWorld()
  const code = await listOf(event, 40)
  const tablet = createTablet(time, central)
  tablet.line.carries = (atByte) => atByte < 1_024
  const gate = tablet.start()
  await pairTablet(time, gate, registry)
  await gate.syncNow()
  central.forgetSnapshots()
  await event.issue(50)
  tablet.line.carries = () => true
  await gate.syncNow()
  await until(gate, ({ stage, tickets }) => stage === 'ready' && tickets === 41, time)
  expect(inShort(await gate.scan(entryOf(code)))).toBe('admit')
  await gate.stop()
})

test('[SY4] a list that central did not sign, or of another event, is not loaded', async () => {
  const { time, event, registry, central } = await createWorld()
  await listOf(event, 5)
  const tablet = createTablet(time, central)
  const snapshot = central.snapshot
  central.snapshot = async (pass, input) => {
    const output = await snapshot(pass, input)
    const bytes = output.meta.bytes.replace('"revision":', '"revision":1')
    return { ...output, meta: { ...output.meta, bytes } }
  }
  const gate = tablet.start()
  await pairTablet(time, gate, registry)
  await until(gate, ({ notices }) => notices.join(' ').includes('not signed'), time)
  expect(tablet.line.counts.get('fetchRange') ?? 0).toBe(0)
  await gate.stop()
})

test('[SY4] a damaged list is fetched again while the queue stays', async () => {
  const { time, event, central, pairedTablet } = await createWorld()
  const codes = [await event.issue(1), await event.issue(2)]
  const { tablet, gate } = await pairedTablet()
  tablet.line.fate = () => 'lost'
  await gate.scan(entryOf(codes[0] ?? ''))
  tablet.damageManifest()
  expect(inShort(await gate.scan(entryOf(codes[1] ?? '')))).toBe('refuse sync_needed')
  tablet.line.fate = () => 'ok'
  await gate.syncNow()
  await until(gate, ({ stage }) => stage === 'ready', time)
  time.advance(60_000)
  expect(inShort(await gate.scan(entryOf(codes[1] ?? '')))).toBe('admit')
  expect(inShort(await gate.scan(entryOf(codes[0] ?? '')))).toBe('refuse used')
  await gate.syncNow()
  expect(central.links()).toHaveLength(4)
  await gate.stop()
})

test('[SY4] a change that a full disk refuses costs the change and not the list', async () => {
  const { time, event, registry, central } = await createWorld()
  const code = await event.issue(1)
  const tablet = createTablet(time, central)
  let full = false
  const gate = startWith(tablet, (store) => ({
    apply: async (delta) => {
      if (full) throw new WriteRefusedError('SQLITE_FULL')
      return store.apply(delta)
    },
  }))
  await pairTablet(time, gate, registry)
  const late = await event.issue(2)
  full = true
  await gate.syncNow()
  const { stage } = await until(gate, ({ notices }) => notices.join(' ').includes('storage'), time)
  expect(stage).toBe('ready')
  expect(inShort(await gate.scan(entryOf(code)))).toBe('admit')

  full = false
  await gate.syncNow()
  expect(inShort(await gate.scan(entryOf(late)))).toBe('admit')
  await gate.stop()
})

test('[SY4] a list for which there is no room is not called damaged: the tablet says what to do', async () => {
  const { time, event, registry, central } = await createWorld()
  await event.issue(1)
  const tablet = createTablet(time, central)
  let full = true
  const gate = tablet.start((stores) => ({
    ...stores,
    snapshots: {
      ...stores.snapshots,
      begin: async (...args) => {
        if (full) throw new WriteRefusedError('QuotaExceededError')
        return stores.snapshots.begin(...args)
      },
    },
  }))
  await pairTablet(time, gate, registry)
  const { notices } = await until(gate, (status) => status.notices.length > 0, time)
  expect(notices.join(' ')).toContain('storage of this tablet is full')
  full = false
  await gate.syncNow()
  await until(gate, ({ stage, notices: left }) => stage === 'ready' && left.length === 0, time)
  await gate.stop()
})

test('[SY1] a list that fails once a scan is durable takes no verdict back', async () => {
  const { time, event, registry, central } = await createWorld()
  const code = await event.issue(1, { party: 7 })
  await event.issue(2, { party: 7 })
  const tablet = createTablet(time, central)
  const gate = startWith(tablet, () => ({
    findParty: () => Promise.reject(new Error('SQLITE_CORRUPT')),
  }))
  await pairTablet(time, gate, registry)
  const shown = await gate.scan(entryOf(code))
  expect(inShort(shown)).toBe('admit')
  expect(shown.party).toEqual([])
  expect(await gate.history()).toHaveLength(1)
  expect(tablet.faults.join(' ')).toContain('cannot be read')
  await gate.stop()
})

test('[SY4] a damaged list is fetched again when a search finds it so', async () => {
  const { time, event, registry, central } = await createWorld()
  await event.issue(1, { name: 'Ada Lovelace' })
  const tablet = createTablet(time, central)
  let damaged = false
  const gate = startWith(tablet, (store) => ({
    searchTickets: async (...args) => {
      if (damaged) throw new Error('SQLITE_CORRUPT')
      return store.searchTickets(...args)
    },
  }))
  await pairTablet(time, gate, registry)
  damaged = true
  tablet.line.fate = () => 'lost'
  await gate.search('lovelace')
  await until(gate, ({ notices }) => notices.join(' ').includes('could not be read'), time)
  damaged = false
  tablet.line.fate = () => 'ok'
  await gate.syncNow()
  await until(gate, ({ stage }) => stage === 'ready', time)
  expect(await gate.search('lovelace')).toHaveLength(1)
  await gate.stop()
})

test('[SY4] a list that a restart finds damaged is told to the person and fetched again', async () => {
  const { time, event, pairedTablet } = await createWorld()
  const codes = [await event.issue(1), await event.issue(2)]
  const { tablet, gate } = await pairedTablet()
  const told = ({ notices }: GateStatus) => notices.join(' ').includes('could not be read')
  await gate.scan(entryOf(codes[0] ?? ''))
  await gate.stop()
  tablet.damageManifest()
  tablet.line.fate = () => 'lost'
  const again = tablet.start()
  await until(again, told, time)
  expect(inShort(await again.scan(entryOf(codes[1] ?? '')))).toBe('refuse sync_needed')

  tablet.line.fate = () => 'ok'
  await again.syncNow()
  await until(again, (status) => status.stage === 'ready' && !told(status), time)
  time.advance(60_000)
  expect(inShort(await again.scan(entryOf(codes[0] ?? '')))).toBe('refuse used')
  expect(inShort(await again.scan(entryOf(codes[1] ?? '')))).toBe('admit')
  await again.stop()
})

/** Starts a process whose lists are changed in parts once they are loaded. */
function startWith(tablet: Tablet, change: (store: ManifestStore) => Partial<ManifestStore>) {
  return tablet.start((stores) => ({
    ...stores,
    snapshots: {
      ...stores.snapshots,
      begin: async (name, gzipBytes) => {
        const download = await stores.snapshots.begin(name, gzipBytes)
        const finish = async (bytes: number) => {
          const store = await download.finish(bytes)
          return store && { ...store, ...change(store) }
        }
        return { ...download, finish }
      },
    },
  }))
}

/** Lists that many tickets and gives the code of the first. */
async function listOf(event: { readonly issue: (n: number) => Promise<string> }, count: number) {
  const code = await event.issue(1)
  for (let n = 2; n <= count; n += 1) await event.issue(n)
  return code
}

function sizeOf({ manifests }: { readonly manifests: ReadonlyMap<string, unknown> }): number {
  return Math.max(...[...manifests.values()].map((content) => JSON.stringify(content).length))
}
