/**
 * Small worlds to decide in. Builders give a plain admit; a test changes what it is about.
 */
import fc from 'fast-check'
import type { Digest, GateId, InviteeNo, ListId, ScanId, TicketId } from '../ids.ts'
import type { CheckInList, ManifestFrame, ManifestTicket, Policy } from '../manifest.ts'
import type { Reason } from '../verdict.ts'
import type { DecideInput, KnownUse } from './decide-input.ts'
import type { TokenFacts } from './token-facts.ts'

/** 2026-06-05, 20:00 in Berlin. */
export const NOW_MS = Date.UTC(2026, 5, 5, 18)
export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

export const here = 'list-main' as ListId
export const elsewhere = 'list-vip' as ListId
export const north = 'gate-north' as GateId
export const south = 'gate-south' as GateId
export const digest = 'd1'.repeat(16) as Digest

export const genuine = {
  kind: 'genuine',
  digest,
  kid: 1,
  ticketId: '00'.repeat(12) as TicketId,
} as const satisfies TokenFacts

const aPolicy: Policy = {
  unlisted: 'steward',
  byName: 'steward',
  replicaAgeMsMax: null,
  timeZone: 'Europe/Berlin',
}

export function aList(of: Partial<CheckInList> = {}): CheckInList {
  return {
    id: here,
    name: 'Main',
    counting: 'stay',
    reEntry: true,
    categories: null,
    unpaid: 'refuse',
    rules: [],
    question: null,
    ...of,
  }
}

export function aFrame(
  list: Partial<CheckInList> = {},
  policy: Partial<Policy> = {},
): ManifestFrame {
  return {
    eventName: 'Summer party',
    categories: ['General', 'VIP', 'Press'],
    lists: [aList({ id: elsewhere, name: 'VIP' }), aList(list)],
    gates: [
      { id: north, name: 'North' },
      { id: south, name: 'South' },
    ],
    policy: { ...aPolicy, ...policy },
  }
}

export function aTicket(of: Partial<ManifestTicket> = {}): ManifestTicket {
  return {
    digest,
    invitee: 7 as InviteeNo,
    name: 'Ada Lovelace',
    category: 0,
    state: 'valid',
    stateAtMs: null,
    blocked: false,
    validFromMs: null,
    validUntilMs: null,
    party: null,
    notice: null,
    ...of,
  }
}

export function aUse(id: string, agoMs: number, of: Partial<KnownUse> = {}): KnownUse {
  return {
    scan: id as ScanId,
    list: here,
    gate: north,
    act: 'entry',
    forced: false,
    target: null,
    atMs: NOW_MS - agoMs,
    ruling: null,
    ...of,
  }
}

export function anInput(of: Partial<DecideInput> = {}): DecideInput {
  return {
    token: genuine,
    ticket: aTicket(),
    uses: [],
    frame: aFrame(),
    list: here,
    gate: north,
    role: 'steward',
    act: 'entry',
    force: null,
    answer: null,
    answering: null,
    voucher: null,
    secondPerson: false,
    justHere: null,
    now: { loMs: NOW_MS - 50, hiMs: NOW_MS + 50 },
    tier: 'replica',
    replicaAgeMs: 90_000,
    revision: 12,
    ...of,
  }
}

export const goodForce = { pinOk: true, note: 'The organiser knows him' }

/** A person who was shown these reasons for this very code and said yes. */
export function confirming(...confirmed: readonly Reason[]): Pick<DecideInput, 'answering'> {
  const scan = 'attention' as ScanId
  return { answering: { scan, digest, list: here, act: 'entry', confirmed } }
}

const anyAge = fc.constantFrom(0, 3_000, MINUTE_MS, 20 * MINUTE_MS, HOUR_MS, 5 * HOUR_MS, DAY_MS)

/** Few ids, lists and times, so that repeats, voids and ties with rules are common. */
const anyUse: fc.Arbitrary<KnownUse> = fc
  .record({
    id: fc.nat(9),
    agoMs: anyAge,
    list: fc.constantFrom(here, here, here, elsewhere),
    gate: fc.constantFrom(north, south),
    act: fc.constantFrom('entry', 'entry', 'exit', 'exit', 'void'),
    target: fc.nat(9),
    voided: fc.boolean(),
  })
  .map(({ id, agoMs, list, gate, act, target, voided }) =>
    aUse(`scan-${id}`, agoMs + id, {
      list,
      gate,
      act: act as KnownUse['act'],
      target: act === 'void' ? (`scan-${target}` as ScanId) : null,
      ruling: voided && id === 3 ? { kind: 'voided', by: 'scan-9' as ScanId } : null,
    }),
  )

/** One fact for one id: the same scan is the same in every copy. */
export const anyUses = fc
  .array(anyUse, { maxLength: 6 })
  .map((uses) => [...new Map(uses.map((use) => [use.scan, use])).values()])

const anyRule: fc.Arbitrary<CheckInList['rules'][number]> = fc.oneof(
  fc.record({ kind: fc.constant('entries_total' as const), max: fc.nat(3) }),
  fc.record({ kind: fc.constant('entries_a_day' as const), max: fc.nat(3) }),
  fc.record({ kind: fc.constant('minutes_since_last_entry' as const), min: fc.nat(70) }),
  fc.record({
    kind: fc.constant('gates' as const),
    gates: fc.subarray([north, south]),
  }),
  fc.record({
    kind: fc.constant('categories' as const),
    categories: fc.subarray([0, 1, 2]),
  }),
  fc.record({
    kind: fc.constant('window' as const),
    fromMs: fc.constantFrom(null, NOW_MS - HOUR_MS, NOW_MS),
    untilMs: fc.constantFrom(null, NOW_MS, NOW_MS + HOUR_MS),
    toleranceMinutes: fc.nat(5),
  }),
)

const anyList: fc.Arbitrary<Partial<CheckInList>> = fc.record({
  counting: fc.constantFrom('once', 'stay', 'many'),
  reEntry: fc.boolean(),
  categories: fc.option(fc.subarray([0, 1, 2]), { nil: null }),
  unpaid: fc.constantFrom('refuse', 'ask'),
  rules: fc.array(anyRule, { maxLength: 2 }),
  question: fc.constantFrom(null, null, 'Over 18?'),
})

const anyPolicy: fc.Arbitrary<Partial<Policy>> = fc.record({
  unlisted: fc.constantFrom('refuse', 'supervisor', 'steward'),
  byName: fc.constantFrom('refuse', 'supervisor', 'steward'),
  replicaAgeMsMax: fc.constantFrom(null, null, 60_000),
  timeZone: fc.constantFrom('Europe/Berlin', 'America/New_York', 'UTC', 'Mars/Olympus'),
})

const anyTicket: fc.Arbitrary<Partial<ManifestTicket>> = fc.record({
  category: fc.constantFrom(null, 0, 1),
  state: fc.constantFrom('valid', 'valid', 'valid', 'reprinted', 'revoked', 'cancelled', 'unpaid'),
  stateAtMs: fc.constantFrom(null, NOW_MS - DAY_MS),
  blocked: fc.constantFrom(false, false, false, true),
  validFromMs: fc.constantFrom(null, NOW_MS - HOUR_MS, NOW_MS, NOW_MS + HOUR_MS),
  validUntilMs: fc.constantFrom(null, null, NOW_MS - MINUTE_MS, NOW_MS + HOUR_MS),
})

const anyToken: fc.Arbitrary<TokenFacts> = fc.constantFrom<TokenFacts>(
  genuine,
  genuine,
  genuine,
  { ...genuine, kind: 'unverified' },
  { kind: 'by_name', digest },
  { kind: 'unreadable', digest: null },
  { kind: 'not_ours', digest },
  { kind: 'other_event', digest },
  { kind: 'sync_needed', digest },
  { kind: 'retired_key', digest },
  { kind: 'bad_signature', digest },
)

const reasons: readonly Reason[] = [
  'unlisted',
  'by_name',
  'unpaid',
  'clock_unsure',
  'old_list',
  'question',
  'used',
]

/** Any facts that a store could hand in, well-formed. */
export const anyInput: fc.Arbitrary<DecideInput> = fc
  .record({
    token: anyToken,
    ticket: fc.option(anyTicket, { freq: 5 }),
    uses: anyUses,
    list: anyList,
    policy: anyPolicy,
    gate: fc.constantFrom(north, south),
    role: fc.constantFrom('steward', 'supervisor', 'kiosk'),
    act: fc.constantFrom('entry', 'entry', 'exit'),
    force: fc.option(
      fc.record({ pinOk: fc.boolean(), note: fc.constantFrom('', ' ', 'He is the singer') }),
    ),
    answer: fc.constantFrom(null, '', 'Yes'),
    confirmed: fc.option(fc.subarray([...reasons])),
    secondPerson: fc.boolean(),
    justHere: fc.option(
      fc.record({ use: anyUse, agoMs: fc.constantFrom(-1, 0, 4_000, 10_000, 10_001) }),
      { freq: 2 },
    ),
    now: fc.constantFrom(
      null,
      { loMs: NOW_MS - 50, hiMs: NOW_MS + 50 },
      { loMs: NOW_MS, hiMs: NOW_MS },
      { loMs: NOW_MS - DAY_MS, hiMs: NOW_MS + DAY_MS },
    ),
    replicaAgeMs: fc.constantFrom(null, 0, 90_000),
  })
  .map(({ ticket, list, policy, confirmed, ...rest }) =>
    anInput({
      ...rest,
      ticket: ticket && aTicket(ticket),
      frame: aFrame(list, policy),
      answering: confirmed && {
        scan: 'attention' as ScanId,
        digest,
        list: here,
        act: 'entry',
        confirmed,
      },
    }),
  )
