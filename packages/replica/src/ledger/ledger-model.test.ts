import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Ruling, ScanId } from '@eventpass/domain'
import type { HeardScan, LedgerStore, VectorEntry } from '@eventpass/sync'
import {
  createMemoryLedgerFiles,
  digestOf,
  hashOf,
  heardOf,
  inviteeOf,
  linkHasherOf,
  linkHashOf,
  ownScanOf,
  scanOf,
} from '@eventpass/sync/testing'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { openNativeStores } from '../native/open-native-stores.ts'

/**
 * Goal: the ledger in SQLite answers as the ledger in memory does, whatever came before.
 * Method: the same steps on both, made of small numbers so that scans, rulings and marks meet; then
 * every question that the engine asks, before and after a restart.
 */
const root = await mkdtemp(join(tmpdir(), 'eventpass-replica-model-'))
const { ledgers } = await openNativeStores(root, linkHasherOf)
afterAll(() => rm(root, { recursive: true, force: true }))

const small = fc.integer({ min: 1, max: 4 })
const ruling: fc.Arbitrary<Ruling> = fc.oneof(
  fc.constant({ kind: 'confirmed' as const }),
  small.map((n) => ({ kind: 'superseded' as const, by: scanOf(n) })),
  small.map((n) => ({ kind: 'voided' as const, by: scanOf(n) })),
)
const act = fc.constantFrom('entry' as const, 'exit' as const, 'void' as const)
const branch = fc.constantFrom('' as const, hashOf(9))
const vector = fc.array(
  fc.tuple(small, branch, small).map(([no, of, seq]) => [no, of, seq] as unknown as VectorEntry),
  { maxLength: 4 },
)

/** Device 1 is this one: what is heard of it has the ids of own scans. */
const heard: fc.Arbitrary<HeardScan> = fc
  .record({
    device: small,
    seq: small,
    invitee: small,
    change: fc.record({
      act,
      branch,
      forced: fc.boolean(),
      target: fc.option(small.map(scanOf)),
      atMs: fc.nat(1_000),
      ruling: fc.option(ruling),
    }),
  })
  .map(({ device, seq, invitee, change }) => ({
    ...heardOf(device, seq, invitee, change),
    ...(device === 1 ? { id: scanOf(seq) } : {}),
  }))

type Step = (store: LedgerStore) => Promise<unknown>
const step: fc.Arbitrary<Step> = fc.oneof(
  fc
    .record({
      invitee: fc.option(small),
      digest: fc.option(small),
      act,
      verdict: fc.constantFrom('admit' as const, 'refuse' as const, 'attention' as const),
      target: fc.option(small.map(scanOf)),
    })
    .map(
      ({ invitee, digest, ...change }): Step =>
        async (store) => {
          const { seq } = await store.head()
          const of = digest === null ? null : digestOf(digest)
          await store.commitScan(ownScanOf(seq + 1, invitee, { ...change, digest: of }))
        },
    ),
  fc
    .record({
      scans: fc.array(heard, { maxLength: 5 }),
      rulings: fc.array(
        fc.record({
          id: fc.oneof(small.map(scanOf), fc.constant(scanOf(20_001))),
          ruling,
          atMs: fc.nat(1_000),
        }),
        { maxLength: 3 },
      ),
      vector,
      rulingsRevision: small,
    })
    .map(
      (given): Step =>
        (store) =>
          store.saveHeard(given),
    ),
  fc.record({ vector, rulingsRevision: small }).map(
    (given): Step =>
      (store) =>
        store.adoptManifest({ ...given, facts: { current: 'm' } }),
  ),
  fc.tuple(fc.nat(5), fc.nat(5)).map(
    ([throughSeq, hash]): Step =>
      (store) =>
        store.applyReceipt({ throughSeq, hash: hashOf(hash), incarnation: 'one' }),
  ),
  fc.nat(4).map(
    (seq): Step =>
      (store) =>
        store.pendAgain(seq),
  ),
)

async function everyAnswer(store: LedgerStore) {
  const ids = [...[1, 2, 3, 4].map(scanOf), scanOf(20_001)]
  const uses = [1, 2, 3, 4].map((n) => store.findUses(inviteeOf(n)))
  const unlisted = [null, ...[1, 2, 3, 4].map(digestOf)].map((of) => store.findUnlistedUses(of))
  const mark = await store.scansMark()
  return {
    head: await store.head(),
    uses: (await Promise.all(uses)).map(byScan),
    unlisted: (await Promise.all(unlisted)).map(byScan),
    invitees: await store.findInvitees(1, 3),
    pending: await store.findPending(10),
    count: await store.countPending(),
    history: await store.findHistory(10),
    rulings: (await store.findRulings(ids)).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    mark: { ...mark, vector: mark.vector.map(String).toSorted() },
    facts: await store.readFacts(),
  }
}

const byScan = (uses: readonly { readonly scan: ScanId }[]) =>
  uses.toSorted((a, b) => (a.scan < b.scan ? -1 : 1))

let files = 0

test('the ledger in SQLite answers as the one in memory, after any steps', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      files += 1
      const model = await createMemoryLedgerFiles(linkHashOf).open('ledger-1')
      const store = await ledgers.open(`ledger-${files}`)
      for (const take of steps) expect(await take(store)).toEqual(await take(model))
      const answers = await everyAnswer(model)
      expect(await everyAnswer(store)).toEqual(answers)
      await store.close()
      const again = await ledgers.open(`ledger-${files}`)
      expect(await everyAnswer(again)).toEqual(answers)
      await again.close()
    }),
    { numRuns: 120 },
  )
})
