import { type ContractCase, equal } from './contract-case.contract.ts'
import { digestOf, inviteeOf, ownScanOf, scanOf } from './fixtures.fake.ts'
import type { LedgerStore, OwnScan } from './stores.ts'

interface LedgerFile {
  readonly store: LedgerStore
  readonly reopen: () => Promise<LedgerStore>
}

/** How people are called beside own scans, and how that is forgotten. */
export function ledgerNameCases(): readonly ContractCase<LedgerFile>[] {
  const texts = { code: null, answer: { salt: '02', text: 'yes' }, note: null }
  const none = { code: null, answer: null, note: null }
  const voidOf = (seq: number, target: number): OwnScan => ({
    ...ownScanOf(seq, 7, { act: 'void', target: scanOf(target), digest: null }),
    texts,
  })
  return [
    {
      title:
        '[GD1] of who was erased the names and texts go, also beside voids; bytes and hashes stay',
      run: async ({ store, reopen }) => {
        const scans = [{ ...ownScanOf(1, 7), texts }, voidOf(2, 1), { ...ownScanOf(3, 8), texts }]
        await commit(store, ...scans)
        await store.rename([{ digest: digestOf(7), name: null }])
        const again = await reopen()
        const [person, undo, other] = await again.findPending(10)
        equal(person, { ...scans[0], name: null, texts: none }, 'their scan')
        equal(undo, { ...scans[1], name: null, texts: none }, 'the void of it')
        equal(other, scans[2], 'somebody else’s')
        equal((await again.findUses(inviteeOf(7))).length, 2, 'uses')
      },
    },
    {
      title: 'who is called otherwise is so beside every scan, and the texts stay',
      run: async ({ store, reopen }) => {
        await commit(store, { ...ownScanOf(1, 7), texts }, voidOf(2, 1), ownScanOf(3, 8))
        await store.rename([
          { digest: digestOf(7), name: 'Anna Berg' },
          { digest: digestOf(9), name: 'Nobody here' },
        ])
        const again = await reopen()
        equal(
          (await again.findPending(10)).map(({ name, texts: { answer } }) => [name, answer?.text]),
          [
            ['Anna Berg', 'yes'],
            ['Anna Berg', 'yes'],
            ['Guest 8', undefined],
          ],
          'names',
        )
      },
    },
    {
      title: 'codes beside which something is kept are told in chain order, above a number',
      run: async ({ store }) => {
        const nameless = { ...ownScanOf(1, 7), name: null }
        await commit(store, nameless, { ...ownScanOf(2, 8), name: null, texts }, ownScanOf(3, 9))
        equal(
          await store.findNamed(0, 10),
          [
            { seq: 2, digest: digestOf(8), name: null },
            { seq: 3, digest: digestOf(9), name: 'Guest 9' },
          ],
          'all',
        )
        equal(
          (await store.findNamed(2, 10)).map(({ seq }) => seq),
          [3],
          'above',
        )
        equal(
          (await store.findNamed(0, 1)).map(({ seq }) => seq),
          [2],
          'limit',
        )
        await commit(store, { ...voidOf(4, 1), name: null })
        const undo = { seq: 4, digest: digestOf(7), name: null }
        equal(await store.findNamed(3, 10), [undo], 'a void, by the code of its target')
      },
    },
  ]
}

async function commit(store: LedgerStore, ...scans: readonly OwnScan[]): Promise<void> {
  for (const scan of scans) await store.commitScan(scan)
}
