import type { Contact, ScanHash } from '@eventpass/domain'
import type { HeardScan, VectorEntry } from '../wire/pull.ts'
import {
  type ContractCase,
  equal,
  type RunTest,
  refuses,
  runCases,
} from './contract-case.contract.ts'
import {
  deviceOf,
  digestOf,
  hashOf,
  heardOf,
  inviteeOf,
  ownScanOf,
  scanOf,
  vectorOf,
} from './fixtures.fake.ts'
import { ledgerNameCases } from './ledger-names.contract.ts'
import type { LedgerStore, OwnScan } from './stores.ts'

/** One ledger file of its own, empty at first. */
export interface LedgerHarness {
  readonly store: LedgerStore
  /** Opens the same file again as after a killed process; the old handle is not used any more. */
  readonly reopen: () => Promise<LedgerStore>
}

/** Runs the ledger's contract: `ledgerStoreContract(test, makeHarness)` inside a `describe`. */
export function ledgerStoreContract(runTest: RunTest, make: () => Promise<LedgerHarness>): void {
  runCases(runTest, ledgerStoreCases, make)
}

/** The same cases as data, for runners other than Vitest. */
export const ledgerStoreCases: readonly ContractCase<LedgerHarness>[] = [
  ...chainCases(),
  ...useCases(),
  ...receiptCases(),
  ...heardCases(),
  ...ledgerNameCases(),
  ...deviceCases(),
]

function chainCases(): readonly ContractCase<LedgerHarness>[] {
  return [
    {
      title: 'an empty ledger has head 0 with 32 zero bytes',
      run: async ({ store }) => equal(await store.head(), { seq: 0, hash: hashOf(0) }, 'head'),
    },
    {
      title: '[SY1] a committed scan is there after the process was killed',
      run: async ({ store, reopen }) => {
        const texts = {
          code: { salt: '00ff', text: 'raw text é' },
          answer: null,
          note: { salt: 'aa', text: 'lost it' },
        }
        const scan = { ...ownScanOf(1, 7), texts }
        await store.commitScan(scan)
        const again = await reopen()
        equal(await again.getScan(scan.body.id), scan, 'scan')
        equal(await again.head(), { seq: 1, hash: scan.hash }, 'head')
        equal(await again.countPending(), 1, 'pending')
      },
    },
    {
      title: 'a scan that does not follow the head is refused and changes nothing',
      run: async ({ store }) => {
        await store.commitScan(ownScanOf(1, 7))
        await refuses(() => store.commitScan(ownScanOf(1, 8)), 'seq again')
        await refuses(() => store.commitScan(ownScanOf(3, 7)), 'a gap')
        await refuses(() => store.commitScan({ ...ownScanOf(2, 7), prev: hashOf(5) }), 'other prev')
        equal(await store.head(), { seq: 1, hash: hashOf(1) }, 'head')
        equal(await store.countPending(), 1, 'pending')
      },
    },
    {
      title: 'pending scans come in chain order and no more than asked for',
      run: async ({ store }) => {
        await commit(store, ownScanOf(1, 7), ownScanOf(2, 8), ownScanOf(3, 9))
        equal(seqs(await store.findPending(2)), [1, 2], 'two')
        equal(seqs(await store.findPending(500)), [1, 2, 3], 'all')
      },
    },
    {
      title: 'the history shows every own scan, refused ones too, newest first',
      run: async ({ store }) => {
        await commit(
          store,
          ownScanOf(1, 7),
          ownScanOf(2, null, { verdict: 'refuse', reason: 'unreadable' }),
          ownScanOf(3, 7, { act: 'void', target: scanOf(1), digest: null }),
        )
        const rows = await store.findHistory(10)
        equal(
          rows.map((row) => [row.seq, row.act, row.verdict, row.reason, row.voided, row.pending]),
          [
            [3, 'void', 'admit', null, false, true],
            [2, 'entry', 'refuse', 'unreadable', false, true],
            [1, 'entry', 'admit', null, true, true],
          ],
          'rows',
        )
        equal((await store.findHistory(1)).length, 1, 'limit')
        equal(rows.at(2)?.name, 'Guest 7', 'name')
      },
    },
  ]
}

function useCases(): readonly ContractCase<LedgerHarness>[] {
  return [
    {
      title:
        'uses are own admits, exits and voids of that invitee; refused and attention scans are none',
      run: async ({ store }) => {
        await commit(
          store,
          ownScanOf(1, 7),
          ownScanOf(2, 7, { verdict: 'refuse', reason: 'used' }),
          ownScanOf(3, 7, { verdict: 'attention', reason: 'question' }),
          ownScanOf(4, 7, { act: 'exit' }),
          ownScanOf(5, 8),
          ownScanOf(6, 7, { act: 'void', target: scanOf(1), digest: null }),
        )
        const uses = byId(await store.findUses(inviteeOf(7)))
        equal(
          uses.map(({ scan, act, own, target }) => [scan, act, own, target]),
          [
            [scanOf(1), 'entry', true, null],
            [scanOf(4), 'exit', true, null],
            [scanOf(6), 'void', true, scanOf(1)],
          ],
          'uses',
        )
        equal(uses.at(0)?.atMs, ownScanOf(1, 7).atMs, 'time')
      },
    },
    {
      title: 'an admit of a code on no list is found by its digest until central names its invitee',
      run: async ({ store }) => {
        await commit(
          store,
          ownScanOf(1, null, { digest: digestOf(70), reason: 'unlisted', tier: 'signature' }),
          ownScanOf(2, null, { act: 'void', target: scanOf(1) }),
          ownScanOf(3, null, { digest: digestOf(71), reason: 'unlisted' }),
        )
        equal(ids(await store.findUnlistedUses(digestOf(70))), [scanOf(1), scanOf(2)], 'by digest')
        equal((await store.findUnlistedUses(digestOf(70))).at(0)?.invitee, null, 'no invitee')
        equal(ids(await store.findUnlistedUses(null)), [1, 2, 3].map(scanOf), 'of all codes')

        await hear(store, [
          { ...heardOf(1, 1, 7), id: scanOf(1) },
          { ...heardOf(1, 2, 7), id: scanOf(2), act: 'void', target: scanOf(1) },
        ])
        equal(ids(await store.findUses(inviteeOf(7))), [scanOf(1), scanOf(2)], 'by invitee')
        equal(ids(await store.findUnlistedUses(digestOf(70))), [], 'no longer by digest')
        equal(ids(await store.findUnlistedUses(digestOf(71))), [scanOf(3)], 'the other')
      },
    },
    {
      title: 'invitees with a use come in pages, ascending, each once',
      run: async ({ store }) => {
        await commit(
          store,
          ownScanOf(1, 9),
          ownScanOf(2, 3),
          ownScanOf(3, 9, { act: 'exit' }),
          ownScanOf(4, 5, { verdict: 'refuse', reason: 'used' }),
        )
        await hear(store, [heardOf(2, 1, 4), heardOf(2, 2, 3)])
        equal(await store.findInvitees(0, 2), [3, 4], 'first page')
        equal(await store.findInvitees(4, 2), [9], 'second page')
      },
    },
  ]
}

function receiptCases(): readonly ContractCase<LedgerHarness>[] {
  const receipt = (throughSeq: number, hash: ScanHash) => ({ throughSeq, hash, incarnation: 'one' })
  return [
    {
      title: '[SY2] a receipt takes off what it covers, once and for good',
      run: async ({ store, reopen }) => {
        await commit(store, ownScanOf(1, 7), ownScanOf(2, 8), ownScanOf(3, 9))
        equal(await store.applyReceipt(receipt(2, hashOf(2))), true, 'applied')
        equal(seqs(await store.findPending(10)), [3], 'pending')
        equal(await store.applyReceipt(receipt(1, hashOf(1))), true, 'an older one')
        equal(seqs(await (await reopen()).findPending(10)), [3], 'after a restart')
      },
    },
    {
      title: '[SY2] a receipt with another hash, or beyond the head, takes off nothing',
      run: async ({ store }) => {
        await commit(store, ownScanOf(1, 7), ownScanOf(2, 8))
        equal(await store.applyReceipt(receipt(2, hashOf(77))), false, 'other hash')
        equal(await store.applyReceipt(receipt(3, hashOf(3))), false, 'beyond')
        equal(await store.applyReceipt(receipt(0, hashOf(5))), false, 'zero with a hash')
        equal(await store.countPending(), 2, 'pending')
        equal(await store.applyReceipt(receipt(0, hashOf(0))), true, 'nothing yet')
        equal(await store.countPending(), 2, 'still pending')
      },
    },
    {
      title: 'a receipt forgets the raw codes beside the scans that it covers, and nothing else',
      run: async ({ store, reopen }) => {
        const texts = {
          code: { salt: '01', text: 'EP1CODE' },
          answer: { salt: '02', text: 'yes' },
          note: null,
        }
        await commit(store, { ...ownScanOf(1, null), texts }, { ...ownScanOf(2, null), texts })
        await store.applyReceipt(receipt(1, hashOf(1)))
        const again = await reopen()
        equal((await again.getScan(scanOf(1)))?.texts, { ...texts, code: null }, 'covered')
        equal((await again.getScan(scanOf(2)))?.texts, texts, 'still pending')
      },
    },
    {
      title: 'scans above a number can be pending again, and keep their bytes',
      run: async ({ store }) => {
        await commit(store, ownScanOf(1, 7), ownScanOf(2, 8), ownScanOf(3, 9))
        await store.applyReceipt(receipt(3, hashOf(3)))
        equal(await store.countPending(), 0, 'none')
        await store.pendAgain(1)
        equal(seqs(await store.findPending(10)), [2, 3], 'again')
        equal(
          (await store.findHistory(10)).map(({ pending }) => pending),
          [true, true, false],
          'history',
        )
      },
    },
  ]
}

function heardCases(): readonly ContractCase<LedgerHarness>[] {
  return [
    {
      title: 'heard scans, rulings and marks arrive together and repeats change nothing',
      run: async ({ store, reopen }) => {
        const heard: Parameters<LedgerStore['saveHeard']>[0] = {
          scans: [heardOf(2, 1, 7), heardOf(2, 2, 7, { act: 'exit' })],
          rulings: [
            { id: scanOf(20_001), ruling: { kind: 'confirmed' }, atMs: 5 },
            { id: scanOf(55), ruling: { kind: 'confirmed' }, atMs: 6 },
          ],
          vector: vectorOf([2, '', 2]),
          rulingsRevision: 4,
        }
        await store.saveHeard(heard)
        await store.saveHeard(heard)
        const again = await reopen()
        const uses = byId(await again.findUses(inviteeOf(7)))
        equal(
          uses.map(({ scan, act, own, ruling, atMs }) => [scan, act, own, ruling, atMs]),
          [
            [scanOf(20_001), 'entry', false, { kind: 'confirmed' }, 5],
            [scanOf(20_002), 'exit', false, null, 1_000_002],
          ],
          'uses',
        )
        equal(await again.scansMark(), { vector: [[2, '', 2]], rulingsRevision: 4 }, 'mark')
        equal(await again.findRulings([scanOf(55), scanOf(56)]), [heard.rulings[1]], 'by id')
      },
    },
    {
      title: 'an own scan that is heard back stays one use and takes central’s time and ruling',
      run: async ({ store }) => {
        await commit(store, ownScanOf(1, 7))
        await hear(store, [
          heardOf(1, 1, 7, {
            id: scanOf(1),
            atMs: 42,
            ruling: { kind: 'superseded', by: scanOf(9) },
          }),
        ])
        const uses = await store.findUses(inviteeOf(7))
        equal(uses.length, 1, 'one')
        equal(
          [uses.at(0)?.own, uses.at(0)?.atMs, uses.at(0)?.ruling],
          [true, 42, { kind: 'superseded', by: scanOf(9) }],
          'use',
        )
        equal(await store.countPending(), 1, 'still pending: only a receipt takes it off')
      },
    },
    {
      title: 'the vector keeps the higher number of each device and branch',
      run: async ({ store }) => {
        const branch = hashOf(9)
        await save(store, vectorOf([2, '', 5], [3, branch, 1]))
        await save(store, vectorOf([2, '', 3], [3, '', 7], [3, branch, 2]))
        const { vector } = await store.scansMark()
        equal(
          sorted(vector),
          sorted([
            [2, '', 5],
            [3, '', 7],
            [3, branch, 2],
          ]),
          'vector',
        )
      },
    },
    {
      title: 'marks are forgotten without what they stand for',
      run: async ({ store, reopen }) => {
        await hear(store, [heardOf(2, 1, 7)])
        await save(store, vectorOf([2, '', 5]), 9)
        await store.forgetMarks()
        const again = await reopen()
        equal(await again.scansMark(), { vector: [], rulingsRevision: 0 }, 'marks')
        equal(ids(await again.findUses(inviteeOf(7))), [scanOf(20_001)], 'uses')
        await save(again, vectorOf([2, '', 1]), 4)
        equal(await again.scansMark(), { vector: [[2, '', 1]], rulingsRevision: 4 }, 'anew')
      },
    },
    {
      title: 'adopting a manifest forgets what its summary covers and keeps what lies beyond',
      run: async ({ store, reopen }) => {
        await commit(store, ownScanOf(1, 7))
        await hear(store, [heardOf(2, 1, 7), heardOf(2, 2, 7), heardOf(3, 1, 7)])
        await store.saveHeard({
          scans: [],
          rulings: [{ id: scanOf(20_002), ruling: { kind: 'confirmed' }, atMs: 9 }],
          vector: [],
          rulingsRevision: 90,
        })
        await store.adoptManifest({
          facts: { manifest: 'manifest-5', gone: null },
          vector: vectorOf([2, '', 1]),
          rulingsRevision: 80,
        })
        const again = await reopen()
        equal(
          ids(await again.findUses(inviteeOf(7))),
          [scanOf(1), scanOf(20_002), scanOf(30_001)],
          'uses',
        )
        equal(await again.findRulings([scanOf(20_002)]), [], 'rulings come again')
        equal((await again.scansMark()).rulingsRevision, 80, 'rulings mark')
        equal((await again.scansMark()).vector, [[2, '', 1]], 'vector')
        equal((await again.readFacts()).manifest, 'manifest-5', 'facts')
      },
    },
  ]
}

function deviceCases(): readonly ContractCase<LedgerHarness>[] {
  const contact = (headSeq: number): Contact => ({
    device: deviceOf(1),
    node: 'central',
    epoch: 1,
    headSeq,
    headHash: hashOf(headSeq),
    monoMs: 10,
    wallMs: 20,
    tiMs: 30,
    trMs: 40,
  })
  return [
    {
      title: 'the epoch grows at every start',
      run: async ({ store, reopen }) => {
        const first = await store.startEpoch()
        const again = await reopen()
        equal([first, await again.startEpoch()], [1, 2], 'epochs')
      },
    },
    {
      title: 'the last contact is kept',
      run: async ({ store, reopen }) => {
        equal(await store.lastContact(), null, 'none')
        await store.saveContact(contact(0))
        await store.saveContact(contact(3))
        equal(await (await reopen()).lastContact(), contact(3), 'last')
      },
    },
    {
      title: 'facts are written together, replaced by name, and deleted by null',
      run: async ({ store, reopen }) => {
        await store.writeFacts({ grant: { deep: [1, 'é', null] }, old: 1 })
        await store.writeFacts({ old: null, next: 2 })
        const facts = { grant: { deep: [1, 'é', null] }, next: 2 }
        equal(await store.readFacts(), facts, 'same handle')
        equal(await (await reopen()).readFacts(), facts, 'after a restart')
      },
    },
  ]
}

async function commit(store: LedgerStore, ...scans: readonly OwnScan[]): Promise<void> {
  for (const scan of scans) await store.commitScan(scan)
}

/** Saves heard scans with the vector they imply. */
async function hear(store: LedgerStore, scans: readonly HeardScan[]) {
  const vector = scans.map((scan): VectorEntry => [scan.deviceNo, scan.branch, scan.seq])
  await store.saveHeard({ scans, rulings: [], vector, rulingsRevision: 0 })
}

async function save(store: LedgerStore, vector: readonly VectorEntry[], rulingsRevision = 0) {
  await store.saveHeard({ scans: [], rulings: [], vector, rulingsRevision })
}

const seqs = (scans: readonly OwnScan[]) => scans.map(({ body }) => body.seq)
const byId = <T extends { readonly scan: string }>(uses: readonly T[]) =>
  [...uses].sort((a, b) => (a.scan < b.scan ? -1 : 1))
const ids = (uses: readonly { readonly scan: string }[]) => byId(uses).map(({ scan }) => scan)
const sorted = (vector: readonly (readonly (string | number)[])[]) =>
  [...vector].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
