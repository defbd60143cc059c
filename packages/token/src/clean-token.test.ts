import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleanToken, tokenTextLengthMax } from './clean-token.ts'
import { anyTicketId, event, goldenToken, masterKey, tenant } from './testing.ts'
import { decodeToken } from './token.ts'

const anyToken = anyTicketId.map(
  (ticketId) => goldenToken(masterKey, { tenant, event, kid: 3, ticketId }).token,
)
const space = fc
  .array(fc.constantFrom(' ', '\t', '\r', '\n', '\u00a0', '\ufeff', '\u001d', '\u0004', '\u0000'), {
    maxLength: 4,
  })
  .map((all) => all.join(''))
const mark = fc
  .array(fc.constantFrom('\\000001', '\\000026', ']Q1', ']Q2'), { maxLength: 3 })
  .map((all) => all.join(''))
const link = fc.constantFrom(
  '',
  'https://tickets.example/',
  'HTTPS://TICKETS.EXAMPLE/SCAN/',
  'http://hub.local:8443/scan?x=1&qr=',
  'https://tickets.example/door/#',
)
const letterCase = fc.func(fc.boolean())

test('[TK5] any mixture of scanner noise around a token is taken off', () => {
  fc.assert(
    fc.property(
      anyToken,
      space,
      mark,
      link,
      space,
      letterCase,
      (token, left, marks, url, right, lower) => {
        const typed = Array.from(token, (letter, at) => (lower(at) ? letter.toLowerCase() : letter))
        expect(cleanToken(left + marks + url + typed.join('') + right)).toBe(token)
      },
    ),
  )
})

test('[TK5] cleaning twice changes nothing more on a token', () => {
  fc.assert(
    fc.property(anyToken, (token) => {
      expect(cleanToken(token)).toBe(token)
    }),
  )
})

test('[TK5] letters outside of ASCII are not raised into base32', () => {
  expect(cleanToken('ep1ıſßﬁ')).toBe('EP1ıſßﬁ')
})

test('[TK5] white space inside a token is not noise', () => {
  fc.assert(
    fc.property(anyToken, fc.integer({ min: 1, max: 81 }), (token, at) => {
      expect(decodeToken(`${token.slice(0, at)} ${token.slice(at)}`).ok).toBe(false)
    }),
  )
})

test('[TK5] text beyond the maximum is no token, however it ends', () => {
  const [token] = fc.sample(anyToken, { numRuns: 1, seed: 1 })
  const url = `https://tickets.example/${'x'.repeat(tokenTextLengthMax)}/${token}`
  expect(cleanToken(url)).toBe('')
  expect(cleanToken(url.slice(-tokenTextLengthMax))).not.toBe('')
})
