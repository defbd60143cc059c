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
  let seen = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = (nibbleAt(hex, 2 * at) << 4) | nibbleAt(hex, 2 * at + 1)
    seen |= byte
    bytes[at] = byte
  }
  assert(seen <= 255, 'hex is lower-case, 0 to 9 and a to f')
  return bytes
}

const noDigit = 256
/** By character code: every verdict turns a dozen ids and hashes into bytes. */
const nibbleByCode = Uint16Array.from({ length: 128 }, (_, code) => {
  const nibble = '0123456789abcdef'.indexOf(String.fromCharCode(code))
  return nibble < 0 ? noDigit : nibble
})

function nibbleAt(hex: string, at: number): number {
  return nibbleByCode[hex.charCodeAt(at)] ?? noDigit
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
