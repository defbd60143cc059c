import { fail, ok, type Result } from '@eventpass/domain'
import type { Bytes } from './bytes.ts'

/** RFC 4648 §6. All of it is in the alphanumeric mode of QR codes. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
/** By character code, since every scan decodes 79 letters. */
const valueByCode = Int8Array.from({ length: 91 }, (_, code) =>
  alphabet.indexOf(String.fromCharCode(code)),
)

export type Base32Failure = { readonly kind: 'bad_character' } | { readonly kind: 'spare_bits' }

/** Base32 (RFC 4648), upper case, no padding. */
export function encodeBase32(bytes: Uint8Array): string {
  let text = ''
  let buffer = 0
  let bits = 0
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += alphabet.charAt((buffer >>> bits) & 31)
    }
    buffer &= (1 << bits) - 1
  }
  return bits > 0 ? text + alphabet.charAt((buffer << (5 - bits)) & 31) : text
}

/**
 * Decodes canonical base32: upper case, no padding, spare bits zero (TK4).
 *
 * With spare bits free, one token would have several texts, and a changed last
 * character would pass.
 */
export function decodeBase32(text: string): Result<Bytes, Base32Failure> {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8))
  let at = 0
  let buffer = 0
  let bits = 0
  for (let letter = 0; letter < text.length; letter += 1) {
    const value = valueByCode[text.charCodeAt(letter)] ?? -1
    if (value < 0) return fail({ kind: 'bad_character' })
    buffer = (buffer << 5) | value
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes[at] = buffer >>> bits
      at += 1
    }
    buffer &= (1 << bits) - 1
  }
  return buffer === 0 && bits < 5 ? ok(bytes) : fail({ kind: 'spare_bits' })
}
