import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeBase32, encodeBase32 } from './base32.ts'

const ascii = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

test.each([
  ['', ''],
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
])('%o is encoded as RFC 4648 §10 has it, without padding', (text, encoded) => {
  expect(encodeBase32(ascii(text))).toBe(encoded)
  expect(decodeBase32(encoded)).toEqual({ ok: true, value: ascii(text) })
})

test('any bytes come back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      expect(decodeBase32(encodeBase32(bytes))).toEqual({ ok: true, value: Uint8Array.from(bytes) })
    }),
  )
})

test('[TK4] whatever decodes is the one text of its bytes', () => {
  const letters = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')
  const text = fc.array(letters, { maxLength: 20 }).map((all) => all.join(''))
  fc.assert(
    fc.property(text, (candidate) => {
      const decoded = decodeBase32(candidate)
      if (decoded.ok) expect(encodeBase32(decoded.value)).toBe(candidate)
      else expect(decoded.failure.kind).toBe('spare_bits')
    }),
    { numRuns: 1_000 },
  )
})
