import { assert } from '@eventpass/domain'

/** Bytes in memory of their own, as WebCrypto wants them. */
export type Bytes = Uint8Array<ArrayBuffer>

/** Lower-case hex, two characters a byte. */
export function hexFromBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The reverse of `hexFromBytes`. Throws on anything but lower-case hex: ids are checked at the edge. */
export function bytesFromHex(hex: string): Bytes {
  assert(/^(?:[0-9a-f]{2})*$/.test(hex), 'hex is lower-case, two characters a byte')
  return Uint8Array.from({ length: hex.length / 2 }, (_, at) =>
    Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16),
  )
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
