import { expect, test } from 'vitest'
import type { Digest, GateId, InviteeNo, ScanId } from '../ids.ts'
import { decide } from './decide.ts'
import type { DecideInput } from './decide-input.ts'
import { JUST_ADMITTED_MS_MAX } from './just-admitted.ts'
import {
  aFrame,
  anInput,
  aTicket,
  aUse,
  confirming,
  digest,
  elsewhere,
  genuine,
  goodForce,
  HOUR_MS,
  MINUTE_MS,
  NOW_MS,
  north,
  south,
} from './testing.ts'
import { keepsCode, type TokenFacts } from './token-facts.ts'

const decided = (of: Partial<DecideInput>) => decide(anInput(of))

test('[DC1] a valid ticket is a plain admit with all that the screen shows', () => {
  const ticket = aTicket({ notice: 'Wheelchair: lift on the left' })
  expect(decided({ ticket })).toEqual({
    kind: 'admit',
    reason: null,
    tier: 'replica',
    invitee: 7,
    forced: false,
    earlier: null,
    explanation: null,
    whenMs: null,
    question: null,
    replicaAgeMs: 90_000,
    revision: 12,
    notice: 'Wheelchair: lift on the left',
  })
})

test('[DC1] a genuine code without a row asks, and whom the policy names may say yes', () => {
  const unlisted = { ticket: null }
  const yes = confirming('unlisted')
  expect(decided(unlisted)).toMatchObject({
    kind: 'attention',
    reason: 'unlisted',
    tier: 'signature',
  })
  expect(decided({ ...unlisted, ...yes })).toMatchObject({ kind: 'admit', reason: 'unlisted' })
  expect(decided({ ...unlisted, ...yes }).forced).toBe(false)

  const strict = { ...unlisted, ...yes, frame: aFrame({}, { unlisted: 'supervisor' }) }
  expect(decided(strict).kind).toBe('attention')
  expect(decided({ ...strict, role: 'supervisor' }).kind).toBe('admit')
  const pin = { force: { pinOk: true, note: '' } }
  expect(decided({ ...strict, ...pin })).toMatchObject({ kind: 'admit', forced: false })

  const never = { ...unlisted, ...yes, frame: aFrame({}, { unlisted: 'refuse' }) }
  expect(decided({ ...never, role: 'supervisor' })).toMatchObject({
    kind: 'refuse',
    reason: 'unlisted',
  })
})

test('[DC1] where no key is held a row proves the code and no row proves nothing', () => {
  const token = { ...genuine, kind: 'unverified' } as const
  expect(decided({ token }).kind).toBe('admit')
  expect(decided({ token, ticket: null, ...confirming('unlisted', 'sync_needed') })).toMatchObject({
    kind: 'refuse',
    reason: 'sync_needed',
  })
})

test('[DC1] a row that is not the one of the code is no row', () => {
  const ticket = aTicket({ digest: 'ff'.repeat(16) as Digest, invitee: 8 as InviteeNo })
  expect(decided({ ticket })).toMatchObject({
    kind: 'attention',
    reason: 'unlisted',
    invitee: null,
  })
})

test('[DC1] a row picked by name is for whom the policy trusts, and its verdict says so', () => {
  const token: TokenFacts = { kind: 'by_name', digest }
  expect(decided({ token })).toMatchObject({ kind: 'admit', reason: 'by_name' })
  const strict = { token, frame: aFrame({}, { byName: 'supervisor' }) }
  expect(decided(strict)).toMatchObject({ kind: 'attention', reason: 'by_name' })
  expect(decided({ ...strict, role: 'supervisor' }).kind).toBe('admit')
  const never = { token, frame: aFrame({}, { byName: 'refuse' }), role: 'supervisor' as const }
  expect(decided(never)).toMatchObject({ kind: 'refuse', reason: 'by_name' })
  expect(decided({ token, uses: [aUse('earlier', HOUR_MS)] }).reason).toBe('used')
})

test('[DC1] what was confirmed of one thing is not confirmed of the next', () => {
  const frame = aFrame({ unpaid: 'ask' }, { replicaAgeMsMax: MINUTE_MS })
  const unpaid = { frame, ticket: aTicket({ state: 'unpaid' }) }
  expect(decided(unpaid).reason).toBe('unpaid')
  expect(decided({ ...unpaid, ...confirming('unpaid') })).toMatchObject({
    kind: 'attention',
    reason: 'old_list',
  })
  expect(decided({ ...unpaid, ...confirming('old_list', 'unpaid') })).toMatchObject({
    kind: 'admit',
    reason: 'unpaid',
  })
})

test('[DC1] nobody is asked to confirm what is refused anyhow', () => {
  const frame = aFrame({ unpaid: 'ask' })
  const ticket = aTicket({ state: 'unpaid' })
  const uses = [aUse('earlier', HOUR_MS)]
  expect(decided({ frame, ticket, uses })).toMatchObject({ kind: 'refuse', reason: 'used' })
})

test('[TK6] a reprinted code is refused as such, with whose it was and when', () => {
  const ticket = aTicket({ state: 'reprinted', stateAtMs: NOW_MS - HOUR_MS, blocked: true })
  const verdict = decided({ ticket, force: goodForce })
  expect(verdict).toMatchObject({
    kind: 'refuse',
    reason: 'reprinted',
    invitee: 7,
    whenMs: NOW_MS - HOUR_MS,
  })
})

test('[TK3] of a code of another event nothing is told, whatever row came with it', () => {
  const ticket = aTicket({ notice: 'Secret guest' })
  expect(decided({ token: { kind: 'other_event', digest }, ticket })).toMatchObject({
    kind: 'refuse',
    reason: 'other_event',
    invitee: null,
    notice: null,
    tier: 'signature',
  })
})

test('[DC2] an exit passes windows, rules and questions, and is stopped by a block', () => {
  const frame = aFrame({ question: 'Over 18?', rules: [{ kind: 'entries_total', max: 0 }] })
  const late = aTicket({ validUntilMs: NOW_MS - HOUR_MS })
  expect(decided({ act: 'exit', frame, ticket: late }).kind).toBe('admit')
  expect(decided({ act: 'exit', frame, ticket: aTicket({ blocked: true }) })).toMatchObject({
    kind: 'refuse',
    reason: 'blocked',
  })
})

test('[DC2] whoever was let in unlisted is let out without a question', () => {
  const out = { act: 'exit', ticket: null } as const
  expect(decided({ ...out, uses: [aUse('in', HOUR_MS)] }).kind).toBe('admit')
  expect(decided(out)).toMatchObject({ kind: 'attention', reason: 'unlisted' })
})

test('[DC3] use on another list is none on this one', () => {
  expect(decided({ uses: [aUse('in', HOUR_MS, { list: elsewhere })] }).kind).toBe('admit')
})

test('[DC5] an exit that was heard of late stands where it happened', () => {
  const entry = aUse('in', 3 * HOUR_MS)
  const again = aUse('in-again', HOUR_MS)
  const exit = aUse('out', 2 * HOUR_MS, { act: 'exit' })
  expect(decided({ uses: [entry, again] }).earlier?.scan).toBe('in')
  expect(decided({ uses: [entry, again, exit] }).earlier?.scan).toBe('in-again')
})

test('[DC6] a scan of a moment ago counts, at whatever estimate', () => {
  expect(decided({ uses: [aUse('in', 0)] })).toMatchObject({
    kind: 'refuse',
    reason: 'used',
    earlier: { scan: 'in', gate: north, atMs: NOW_MS },
  })
})

test('[DC6] a use that is both own and heard is one, and an undone one is none', () => {
  const own = aUse('in', HOUR_MS)
  const max = aFrame({ counting: 'many', rules: [{ kind: 'entries_total', max: 2 }] })
  expect(decided({ frame: max, uses: [own, { ...own, atMs: own.atMs + 40 }] }).kind).toBe('admit')
  const undone = aUse('undo', MINUTE_MS, { act: 'void', target: own.scan })
  expect(decided({ uses: [own, undone] }).kind).toBe('admit')
  const ruled = { ...own, ruling: { kind: 'voided', by: 'undo' as ScanId } } as const
  expect(decided({ uses: [ruled] }).kind).toBe('admit')
})

test.each([
  ['revoked', { ticket: aTicket({ state: 'revoked' }) }],
  ['used', { uses: [aUse('in', HOUR_MS)] }],
  ['blocked', { ticket: aTicket({ blocked: true }) }],
  ['cancelled', { ticket: aTicket({ state: 'cancelled' }) }],
  ['outside_window', { ticket: aTicket({ validFromMs: NOW_MS + HOUR_MS }) }],
] as const)('[DC7] a supervisor with PIN and reason gets past %s', (reason, facts) => {
  expect(decided(facts)).toMatchObject({ kind: 'refuse', reason })
  expect(decided({ ...facts, force: goodForce })).toMatchObject({
    kind: 'admit',
    reason,
    forced: true,
  })
  expect(decided({ ...facts, force: { ...goodForce, pinOk: false } }).kind).toBe('refuse')
  expect(decided({ ...facts, force: { ...goodForce, note: ' ' } }).kind).toBe('refuse')
  expect(decided({ ...facts, role: 'supervisor' }).kind).toBe('refuse')
})

test('[DC7] force gets past all that it may rescue at once, and names the first', () => {
  const ticket = aTicket({ blocked: true, validUntilMs: NOW_MS - HOUR_MS })
  const uses = [aUse('in', HOUR_MS)]
  expect(decided({ ticket, uses, force: goodForce })).toMatchObject({
    reason: 'blocked',
    forced: true,
  })
  const frame = aFrame({ categories: [1] })
  expect(decided({ frame, ticket, uses, force: goodForce })).toMatchObject({
    kind: 'refuse',
    reason: 'wrong_list',
    forced: false,
  })
})

test('[DC8] a required question is asked before anything is consumed, together with what else is asked', () => {
  const frame = aFrame({ question: 'Over 18?', unpaid: 'ask' })
  expect(decided({ frame })).toMatchObject({
    kind: 'attention',
    reason: 'question',
    question: 'Over 18?',
  })
  expect(decided({ frame, answer: 'Yes' })).toMatchObject({ kind: 'admit', reason: null })
  const ticket = aTicket({ state: 'unpaid' })
  expect(decided({ frame, ticket })).toMatchObject({ reason: 'unpaid', question: 'Over 18?' })
  expect(decided({ frame, ticket, answer: 'Yes', ...confirming('unpaid') }).kind).toBe('admit')
  expect(decided({ frame, ...confirming('question') }).kind).toBe('attention')
})

const use = aUse('in', 4_000)

test('[DC9] the same code again within 10 s is a notice and no scan', () => {
  const uses = [use]
  const notice = decided({ uses, justHere: { use, agoMs: JUST_ADMITTED_MS_MAX } })
  expect(notice).toMatchObject({ kind: 'just_admitted', reason: null, earlier: { scan: 'in' } })
  expect(decided({ uses, justHere: { use, agoMs: JUST_ADMITTED_MS_MAX + 1 } }).reason).toBe('used')
  expect(decided({ uses, justHere: { use, agoMs: -1 } }).reason).toBe('used')
  expect(decided({ uses, act: 'exit', justHere: { use, agoMs: 1 } }).kind).toBe('admit')
  expect(decided({ uses, gate: south, justHere: { use, agoMs: 1 } }).reason).toBe('used')
  expect(decided({ uses, list: elsewhere, justHere: { use, agoMs: 1 } }).kind).toBe('admit')
})

test('[DC9] after an undo, by force, or for a code that is refused by itself there is no notice', () => {
  const undo = aUse('undo', 1_000, { act: 'void', target: use.scan })
  const justHere = { use, agoMs: 4_000 }
  expect(decided({ uses: [use, undo], justHere }).kind).toBe('admit')
  expect(decided({ uses: [use], justHere, force: goodForce })).toMatchObject({ forced: true })
  const token: TokenFacts = { kind: 'retired_key', digest }
  expect(decided({ uses: [use], justHere, token }).kind).toBe('refuse')
})

test('[DC9] on a list that counts many a tap says that this is the second person', () => {
  const frame = aFrame({ counting: 'many' })
  const again = { frame, uses: [use], justHere: { use, agoMs: 4_000 } }
  expect(decided(again).kind).toBe('just_admitted')
  expect(decided({ ...again, secondPerson: true }).kind).toBe('admit')
  expect(decided({ ...again, frame: aFrame(), secondPerson: true }).kind).toBe('just_admitted')
})

test('[DC10] past the age limit a verdict turns amber, and without a limit it never does', () => {
  const frame = aFrame({}, { replicaAgeMsMax: HOUR_MS })
  expect(decided({ frame, replicaAgeMs: HOUR_MS }).kind).toBe('admit')
  expect(decided({ frame, replicaAgeMs: HOUR_MS + 1 })).toMatchObject({
    kind: 'attention',
    reason: 'old_list',
    replicaAgeMs: HOUR_MS + 1,
  })
  expect(decided({ frame, replicaAgeMs: null }).reason).toBe('old_list')
  expect(decided({ replicaAgeMs: null }).kind).toBe('admit')
  expect(decided({ frame, replicaAgeMs: null, ...confirming('old_list') }).kind).toBe('admit')
})

test('a kiosk confirms nothing; a supervisor who comes by may', () => {
  const facts = { frame: aFrame({ unpaid: 'ask' }), ticket: aTicket({ state: 'unpaid' }) } as const
  const kiosk = { ...facts, ...confirming('unpaid'), role: 'kiosk' } as const
  expect(decided(kiosk).kind).toBe('attention')
  expect(decided({ ...kiosk, force: { pinOk: true, note: '' } }).kind).toBe('admit')
})

test('[DC4] a list that is missing or cannot be read lets nobody through, in its place in the order', () => {
  const missing = { ...aFrame(), lists: [] }
  expect(decided({ frame: missing })).toMatchObject({ kind: 'refuse', reason: 'rules' })
  expect(decided({ frame: missing, act: 'exit', force: goodForce }).kind).toBe('refuse')
  const ticket = aTicket({ state: 'cancelled' })
  expect(decided({ frame: missing, ticket }).reason).toBe('cancelled')
})

test('[TM10] a window refuses what is wholly outside and leaves an edge to a person', () => {
  const ticket = aTicket({ validFromMs: NOW_MS, validUntilMs: NOW_MS + HOUR_MS })
  const at = (loMs: number, hiMs: number) => decided({ ticket, now: { loMs, hiMs } })
  expect(at(NOW_MS - 2_000, NOW_MS - 1)).toMatchObject({
    kind: 'refuse',
    reason: 'outside_window',
    whenMs: NOW_MS,
    explanation: 'The ticket is valid from 5 Jun, 20:00.',
  })
  expect(at(NOW_MS - 1, NOW_MS + 1)).toMatchObject({ kind: 'attention', reason: 'clock_unsure' })
  expect(at(NOW_MS, NOW_MS + 1).kind).toBe('admit')
  expect(at(NOW_MS + HOUR_MS + 1, NOW_MS + HOUR_MS + 2)).toMatchObject({
    reason: 'outside_window',
    explanation: 'The ticket was valid until 5 Jun, 21:00.',
  })
  expect(decided({ ticket, now: null })).toMatchObject({
    kind: 'attention',
    reason: 'clock_unsure',
  })
  expect(decided({ now: null }).kind).toBe('admit')
})

test('the raw text of a code is kept only where nothing else would tell', () => {
  const kinds = ['not_ours', 'other_event', 'sync_needed', 'retired_key'] as const
  for (const kind of kinds) expect(keepsCode({ kind, digest }, false)).toBe(false)
  expect(keepsCode({ kind: 'unreadable', digest: null }, false)).toBe(true)
  expect(keepsCode({ kind: 'bad_signature', digest }, true)).toBe(true)
  expect(keepsCode(genuine, true)).toBe(false)
  expect(keepsCode(genuine, false)).toBe(true)
  expect(keepsCode({ kind: 'by_name', digest }, true)).toBe(false)
})

test('[DC4] re-entry may be forbidden: after an exit there is no way back', () => {
  const uses = [
    aUse('in', 3 * HOUR_MS),
    aUse('out', HOUR_MS, { act: 'exit', gate: south as GateId }),
  ]
  expect(decided({ uses }).kind).toBe('admit')
  expect(decided({ uses, frame: aFrame({ reEntry: false }) })).toMatchObject({
    reason: 'used',
    earlier: { scan: 'in' },
  })
  const onlyOut = uses.slice(1)
  expect(decided({ uses: onlyOut, frame: aFrame({ reEntry: false }) }).kind).toBe('admit')
})
