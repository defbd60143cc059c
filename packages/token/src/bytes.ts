import { assert } from '@eventpass/domain'

/** Bytes in memory of their own, as WebCrypto wants them. */
export type Bytes = Uint8Array<ArrayBuffer>

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Lower-case hex, two characters a byte. */
export function hexFromBytes(bytes: Uint8Array): string {
  let hex = ''
  for (const byte of bytes) hex += hexOfByte[byte]
  return hex
}

/** The reverse of `hexFromBytes`. Throws on anything but lower-case hex: ids are checked at the edge. */
export function bytesFromHex(hex: string): Bytes {
  assert(hex.length % 2 === 0, 'hex has two characters a byte')
  const bytes = new Uint8Array(hex.length / 2)
  for (let at = 0; at < bytes.length; at += 1) {
    bytes[at] = (nibbleAt(hex, 2 * at) << 4) | nibbleAt(hex, 2 * at + 1)
  }
  return bytes
}

/** By character code: every verdict turns a dozen ids and hashes into bytes. */
function nibbleAt(hex: string, at: number): number {
  const digit = hex.charCodeAt(at) - 48
  if (digit >= 0 && digit <= 9) return digit
  const letter = digit - 39
  assert(letter >= 10 && letter <= 15, 'hex is lower-case, 0 to 9 and a to f')
  return letter
}

/** The 16 raw bytes of a UUID (RFC 9562). Throws on anything but a lower-case UUID. */
export function bytesFromUuid(uuid: string): Bytes {
  assert(
    /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid),
    'a UUID is lower-case, 36 characters',
  )
  return bytesFromHex(uuid.replaceAll('-', ''))
}

export function joinBytes(...parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((total, { length }) => total + length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/** Labels are ASCII, so that no text encoder is needed. */
export function bytesFromAscii(text: string): Bytes {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}
