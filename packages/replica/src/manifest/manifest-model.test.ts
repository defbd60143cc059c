import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Digest, ManifestTicket } from '@eventpass/domain'
import { type ManifestDelta, type ManifestStore, ticketToRow } from '@eventpass/sync'
import {
  contentOf,
  createMemoryManifest,
  digestOf,
  frameOf,
  heardOf,
  inviteeOf,
  linkHasherOf,
  listOf,
  type ManifestContent,
  scanOf,
  ticketOf,
} from '@eventpass/sync/testing'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { openNativeStores } from '../native/open-native-stores.ts'
import { packSnapshot } from '../testing.ts'

/**
 * Goal: the manifest in SQLite answers as the one in memory does, after any deltas, and its checksum
 * is that of a fresh snapshot of the same rows.
 * Method: few digests, some with the same first bytes, so that rows and parties meet and part.
 */
const root = await mkdtemp(join(tmpdir(), 'eventpass-replica-model-'))
const { snapshots } = await openNativeStores(root, linkHasherOf)
afterAll(() => rm(root, { recursive: true, force: true }))

/** Digests 1 to 4 share all bytes but the last; 5 and 6 stand apart. */
const digests = [1, 2, 3, 4, 5, 6].map((n) =>
  n < 5 ? digestOf(n) : (digestOf(0).replace(/^./, String(n)) as Digest),
)
const digest = fc.constantFrom(...digests)
const ticket: fc.Arbitrary<ManifestTicket> = fc
  .record({
    digest,
    invitee: fc.integer({ min: 1, max: 6 }).map(inviteeOf),
    state: fc.constantFrom('valid', 'reprinted', 'cancelled'),
    blocked: fc.boolean(),
    party: fc.option(fc.integer({ min: 1, max: 3 })),
  })
  .map((change) => ticketOf(1, change as Partial<ManifestTicket>))
const tickets = fc.uniqueArray(ticket, { selector: (row) => row.digest, maxLength: 6 })
const change = fc.record({
  tickets,
  gone: fc.uniqueArray(digest, { maxLength: 3 }),
  frame: fc.option(
    fc.constantFrom('Day one', 'Day two').map((eventName) => frameOf({ eventName })),
  ),
})
const scans = fc.uniqueArray(
  fc.record({
    seq: fc.integer({ min: 1, max: 6 }),
    invitee: fc.integer({ min: 1, max: 3 }),
    act: fc.constantFrom('entry' as const, 'exit' as const, 'void' as const),
    target: fc.option(fc.integer({ min: 1, max: 6 }).map((seq) => scanOf(20_000 + seq))),
    list: fc.integer({ min: 1, max: 2 }).map(listOf),
  }),
  { selector: ({ seq }) => seq, maxLength: 6 },
)

let files = 0

async function build(content: ManifestContent): Promise<ManifestStore> {
  files += 1
  const { gzip, bytes } = await packSnapshot(content)
  const download = await snapshots.begin(`manifest-${files}`, gzip.length)
  await download.write(gzip)
  const store = await download.finish(bytes)
  if (store === null) throw new Error('not taken')
  return store
}

async function everyAnswer(store: ManifestStore) {
  const found = await Promise.all(digests.map((of) => store.findTicket(of)))
  const parties = await Promise.all([1, 2, 3].map((no) => store.findParty(no)))
  const like = await store.searchTickets(['%st 1%'], 10)
  return {
    found,
    parties: parties.map(byDigest),
    like: byDigest(like),
    info: await store.info(),
  }
}

const byDigest = (rows: readonly ManifestTicket[]) =>
  rows.toSorted((a, b) => (a.digest < b.digest ? -1 : 1))

test('[SY4] after any deltas the rows are those in memory, and the checksum that of a fresh snapshot', async () => {
  await fc.assert(
    fc.asyncProperty(tickets, fc.array(change, { maxLength: 5 }), async (rows, changes) => {
      const content = contentOf({ tickets: rows })
      let latest = content
      const model = createMemoryManifest(content, (next) => {
        latest = next
      })
      const store = await build(content)
      for (const [at, { tickets: changed, gone, frame }] of changes.entries()) {
        const kept = gone.filter((one) => !changed.some((row) => row.digest === one))
        const delta: ManifestDelta = {
          ...{ type: 'delta', event: content.event, from: at + 1, to: at + 2, more: false },
          ...{ frame, tickets: changed.map(ticketToRow), gone: kept },
        }
        await store.apply(delta)
        await model.apply(delta)
      }
      expect(await everyAnswer(store)).toEqual(await everyAnswer(model))
      const fresh = await build(latest)
      expect(await store.checksum()).toBe(await fresh.checksum())
      await store.close()
      await fresh.close()
    }),
    { numRuns: 40 },
  )
})

test('people inside are counted as in memory, for any summary', async () => {
  await fc.assert(
    fc.asyncProperty(scans, async (uses) => {
      const content = contentOf({
        scans: uses.map(({ seq, invitee, ...rest }) => heardOf(2, seq, invitee, rest)),
      })
      // A void is about a use of its own invitee and list, as central sends it.
      const agreeing = content.scans.map((scan) => {
        const of = content.scans.find(({ id }) => id === scan.target)
        return scan.act === 'void' && of ? { ...scan, invitee: of.invitee, list: of.list } : scan
      })
      const model = createMemoryManifest({ ...content, scans: agreeing })
      const store = await build({ ...content, scans: agreeing })
      for (const list of [1, 2].map(listOf)) {
        expect(await store.countInside(list)).toBe(await model.countInside(list))
      }
      await store.close()
    }),
    { numRuns: 40 },
  )
})
