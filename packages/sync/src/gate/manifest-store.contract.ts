import type { ManifestDelta } from '../wire/pull.ts'
import { ticketToRow } from '../wire/ticket-row.ts'
import {
  type ContractCase,
  equal,
  type RunTest,
  refuses,
  runCases,
} from './contract-case.contract.ts'
import {
  checkInListOf,
  contentOf,
  digestOf,
  eventOf,
  frameOf,
  heardOf,
  inviteeOf,
  listOf,
  type ManifestContent,
  scanOf,
  ticketOf,
  vectorOf,
} from './fixtures.fake.ts'
import type { ManifestStore } from './stores.ts'

/** Builds manifest files the way that central's snapshot builder and the gate's import do. */
export interface ManifestHarness {
  readonly build: (content: ManifestContent) => Promise<ManifestStore>
}

/** Runs the manifest's contract: `manifestStoreContract(test, makeHarness)` inside a `describe`. */
export function manifestStoreContract(
  runTest: RunTest,
  make: () => Promise<ManifestHarness>,
): void {
  runCases(runTest, manifestStoreCases, make)
}

/** The same cases as data, for runners other than Vitest. */
export const manifestStoreCases: readonly ContractCase<ManifestHarness>[] = [
  ...readCases(),
  ...summaryCases(),
  ...deltaCases(),
]

function readCases(): readonly ContractCase<ManifestHarness>[] {
  return [
    {
      title: 'a manifest tells its event, revision and frame',
      run: async ({ build }) => {
        const content = contentOf({ event: eventOf(3), revision: 12 })
        const store = await build(content)
        equal(await store.info(), { event: eventOf(3), revision: 12, frame: content.frame }, 'info')
      },
    },
    {
      title: 'a ticket is found by its digest with every field, and only by it',
      run: async ({ build }) => {
        const whole = ticketOf(2, {
          name: 'Zoë Văn',
          category: 1,
          state: 'reprinted',
          stateAtMs: 1_700_000_000_123,
          blocked: true,
          validFromMs: 5,
          validUntilMs: -6,
          party: 4,
          notice: 'Has a wheelchair',
        })
        const store = await build(contentOf({ tickets: [ticketOf(1), whole] }))
        equal(await store.findTicket(digestOf(2)), whole, 'whole')
        equal(await store.findTicket(digestOf(1)), ticketOf(1), 'plain')
        equal(await store.findTicket(digestOf(3)), null, 'unknown')
      },
    },
    {
      title: 'search matches every pattern in the folded name and gives current tickets only',
      run: async ({ build }) => {
        const store = await build(
          contentOf({
            tickets: [
              ticketOf(1, { name: 'José Muñoz' }),
              ticketOf(2, { name: 'José Muñoz', invitee: inviteeOf(1), state: 'reprinted' }),
              ticketOf(3, { name: 'Văn Nguyễn' }),
              ticketOf(4, { name: '100% Percy' }),
            ],
          }),
        )
        const found = async (...patterns: string[]) =>
          (await store.searchTickets(patterns, 10)).map(({ digest }) => digest)
        equal(await found('%jose%'), [digestOf(1)], 'one word, the reprinted row left out')
        equal(await found('%nguyen%', '%van%'), [digestOf(3)], 'both words')
        equal(await found('%jose%', '%van%'), [], 'not both')
        equal((await store.searchTickets(['%'], 2)).length, 2, 'limit')
      },
    },
    {
      title: 'a party is found by its number, current tickets only',
      run: async ({ build }) => {
        const store = await build(
          contentOf({
            tickets: [
              ticketOf(1, { party: 9 }),
              ticketOf(2, { party: 9 }),
              ticketOf(3, { party: 8 }),
              ticketOf(4),
              ticketOf(5, { party: 9, invitee: inviteeOf(1), state: 'reprinted' }),
            ],
          }),
        )
        equal((await store.findParty(9)).map(({ invitee }) => invitee).sort(), [1, 2], 'party')
      },
    },
  ]
}

function summaryCases(): readonly ContractCase<ManifestHarness>[] {
  const summary = [
    heardOf(2, 1, 7),
    heardOf(2, 2, 7, { act: 'exit' }),
    heardOf(2, 3, 8, { ruling: { kind: 'superseded', by: scanOf(4) } }),
    heardOf(2, 4, 8, { forced: true }),
    heardOf(2, 5, 9),
    heardOf(2, 6, 9, { act: 'void', target: scanOf(20_005) }),
    heardOf(2, 7, 10, { act: 'exit' }),
    heardOf(2, 8, 11, { list: listOf(2) }),
  ]
  return [
    {
      title: 'the scan summary gives the uses of an invitee',
      run: async ({ build }) => {
        const store = await build(contentOf({ scans: summary }))
        equal(
          [...(await store.findUses(inviteeOf(8)))].sort((a, b) => (a.scan < b.scan ? -1 : 1)),
          [
            {
              scan: scanOf(20_003),
              invitee: 8,
              list: listOf(1),
              gate: summary[2]?.gate,
              act: 'entry',
              forced: false,
              target: null,
              atMs: 1_000_003,
              own: false,
              ruling: { kind: 'superseded', by: scanOf(4) },
            },
            {
              scan: scanOf(20_004),
              invitee: 8,
              list: listOf(1),
              gate: summary[3]?.gate,
              act: 'entry',
              forced: true,
              target: null,
              atMs: 1_000_004,
              own: false,
              ruling: null,
            },
          ],
          'uses',
        )
        equal(await store.findUses(inviteeOf(1)), [], 'none')
      },
    },
    {
      title: 'the summary’s marks are as they were built',
      run: async ({ build }) => {
        const vector = vectorOf([2, '', 8])
        const store = await build(contentOf({ scans: summary, vector, rulingsRevision: 6 }))
        equal(await store.scansMark(), { vector, rulingsRevision: 6 }, 'mark')
      },
    },
    {
      title:
        'people inside counts doubles and forced, leaves out voided, and never falls below zero',
      run: async ({ build }) => {
        const store = await build(contentOf({ scans: summary }))
        equal(await store.countInside(listOf(1)), 2, 'list 1: two entries of invitee 8')
        equal(await store.countInside(listOf(2)), 1, 'list 2')
      },
    },
  ]
}

function deltaCases(): readonly ContractCase<ManifestHarness>[] {
  const base = contentOf({ revision: 5, tickets: [ticketOf(1), ticketOf(2), ticketOf(3)] })
  const frame = frameOf({ lists: [checkInListOf(1, { question: 'Over 18?' })] })
  const delta: ManifestDelta = {
    type: 'delta',
    event: base.event,
    from: 5,
    to: 9,
    more: false,
    frame,
    tickets: [
      ticketToRow(ticketOf(2, { state: 'cancelled', name: 'Émile' })),
      ticketToRow(ticketOf(4)),
    ],
    gone: [digestOf(3)],
  }
  return [
    {
      title: '[SY4] a delta changes, adds and removes rows and moves the revision',
      run: async ({ build }) => {
        const store = await build(base)
        await store.apply(delta)
        equal((await store.findTicket(digestOf(2)))?.state, 'cancelled', 'changed')
        equal(await store.findTicket(digestOf(4)), ticketOf(4), 'added')
        equal(await store.findTicket(digestOf(3)), null, 'removed')
        equal(await store.info(), { event: base.event, revision: 9, frame }, 'info')
        equal((await store.searchTickets(['%emile%'], 5)).length, 1, 'found by its new name')
      },
    },
    {
      title: 'a delta for another watermark or another event is refused and changes nothing',
      run: async ({ build }) => {
        const store = await build(base)
        const before = await store.checksum()
        await refuses(() => store.apply({ ...delta, from: 4 }), 'from 4')
        await refuses(() => store.apply({ ...delta, event: eventOf(9) }), 'other event')
        await store.apply(delta)
        await refuses(() => store.apply(delta), 'twice')
        equal((await store.info()).revision, 9, 'revision')
        equal((await store.checksum()) === before, false, 'checksum moved once')
      },
    },
    {
      title:
        '[SY4] after deltas the checksum equals that of a fresh snapshot, and sees any difference',
      run: async ({ build }) => {
        const grown = await build(base)
        await grown.apply(delta)
        const tickets = [
          ticketOf(4),
          ticketOf(1),
          ticketOf(2, { state: 'cancelled', name: 'Émile' }),
        ]
        const fresh = await build(contentOf({ revision: 9, frame, tickets }))
        equal(await grown.checksum(), await fresh.checksum(), 'checksum')

        for (const other of [
          contentOf({ revision: 9, frame, tickets: tickets.slice(1) }),
          contentOf({ revision: 9, frame: frameOf(), tickets }),
          contentOf({
            revision: 9,
            frame,
            tickets: [...tickets.slice(1), ticketOf(4, { notice: 'x' })],
          }),
        ]) {
          const differs = (await (await build(other)).checksum()) !== (await fresh.checksum())
          equal(differs, true, 'a different content has a different checksum')
        }
      },
    },
  ]
}
