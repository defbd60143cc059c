/**
 * Goal: a companion's code in hand speaks for its party, and nothing else does.
 * Method: one good case, changed in one thing at a time, then any mixture of them.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { InviteeNo, ListId, ScanId } from '../ids.ts'
import { scan } from '../reconcile/testing.ts'
import type { ScanBody } from '../scan.ts'
import { decide } from './decide.ts'
import { aFrame, anInput, aTicket, aUse, digest, elsewhere, here } from './testing.ts'
import { VOUCHED_MS_MAX, voucherOf } from './vouching.ts'

const ownDigest = 'c0'.repeat(16) as typeof digest
const code = aTicket({ digest: ownDigest, invitee: 8 as InviteeNo, party: 3 })
const admit: ScanBody = {
  ...scan('companion', {}).body,
  id: 'companion' as ScanId,
  list: here,
  act: 'entry',
  input: 'camera',
  verdict: 'admit',
  digest: ownDigest,
}
const companion = { ticket: code, uses: [], agoMs: 1_000 }
const good = voucherOf(admit, companion)

const decideVouched = (voucher: typeof good, list: ListId = here) =>
  decide(
    anInput({
      token: { kind: 'by_name', digest },
      ticket: aTicket({ party: 3 }),
      frame: aFrame({}, { byName: 'refuse' }),
      list,
      voucher,
    }),
  )

test('[DC11] the party of a code in hand comes in plainly, whatever the policy says of names', () => {
  expect(decideVouched(good)).toMatchObject({ kind: 'admit', reason: null })
  expect(decideVouched(null)).toMatchObject({ kind: 'refuse', reason: 'by_name' })
  expect(decideVouched(good, elsewhere)).toMatchObject({ kind: 'refuse', reason: 'by_name' })
})

test('[DC11] every other check stands', () => {
  const vouched = { token: { kind: 'by_name', digest } as const, voucher: good }
  const against = (of: Parameters<typeof anInput>[0]) =>
    decide(anInput({ ...vouched, ...of })).reason
  expect(against({ ticket: aTicket({ party: 3, blocked: true }) })).toBe('blocked')
  expect(against({ ticket: aTicket({ party: 3 }), uses: [aUse('u', 60_000)] })).toBe('used')
  expect(against({ ticket: aTicket({ party: 3 }), frame: aFrame({ question: 'Age?' }) })).toBe(
    'question',
  )
})

test('[DC11] only a seen code of a party that was let in here a moment ago, and still counts, vouches', () => {
  expect(good).toEqual({ scan: 'companion', party: 3, list: here })
  const none: readonly [Partial<ScanBody>, Partial<typeof companion>][] = [
    [{ input: 'search' }, {}],
    [{ act: 'exit' }, {}],
    [{ verdict: 'refuse' }, {}],
    [{ verdict: 'attention' }, {}],
    [{ digest }, {}],
    [{}, { agoMs: VOUCHED_MS_MAX + 1 }],
    [{}, { agoMs: -1 }],
    [{}, { ticket: { ...code, party: null } }],
    [{}, { uses: [aUse('v', 500, { act: 'void', target: admit.id })] as never }],
  ]
  for (const [of, about] of none) {
    expect(voucherOf({ ...admit, ...of }, { ...companion, ...about })).toBeNull()
  }
  expect(voucherOf(admit, { ...companion, ticket: null })).toBeNull()
  expect(voucherOf(admit, { ...companion, agoMs: null })).toBeNull()
})

test('[DC11] nobody outside the party is ever vouched for', () => {
  const anyParty = fc.option(fc.nat(2))
  fc.assert(
    fc.property(anyParty, anyParty, fc.boolean(), fc.boolean(), (ours, theirs, exit, away) => {
      const voucher = voucherOf(admit, { ...companion, ticket: { ...code, party: ours } })
      const { kind, reason } = decide(
        anInput({
          token: { kind: 'by_name', digest },
          ticket: aTicket({ party: theirs }),
          frame: aFrame({}, { byName: 'refuse' }),
          act: exit ? 'exit' : 'entry',
          list: away ? elsewhere : here,
          voucher,
        }),
      )
      const vouched = ours !== null && ours === theirs && !exit && !away
      expect([kind, reason]).toEqual(vouched ? ['admit', null] : ['refuse', 'by_name'])
    }),
  )
})
