import { customType } from 'drizzle-orm/sqlite-core'

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Lower-case hex of bytes. */
export function bytesToHex(bytes: Uint8Array): string {
  let hex = ''
  for (const byte of bytes) hex += hexOfByte[byte]
  return hex
}

/** Bytes of a hex text of even length. */
export function hexToBytes(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2)
  for (let at = 0; at < bytes.length; at += 1) {
    bytes[at] = (nibbleAt(hex, at * 2) << 4) | nibbleAt(hex, at * 2 + 1)
  }
  return bytes
}

/** By character code: every verdict turns eight ids and hashes into bytes. */
function nibbleAt(hex: string, at: number): number {
  const code = hex.charCodeAt(at)
  return code < 58 ? code - 48 : (code | 32) - 87
}

/** The 32 hex digits of a UUID without its dashes: what `unhex` makes 16 bytes of. */
export function uuidToHex(uuid: string): string {
  return uuid.replaceAll('-', '')
}

export function hexToUuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/**
 * A hex text of the domain, kept as bytes: half the size.
 *
 * Over `Uint8Array`, since drizzle's own blob wants Node's Buffer and turns an ArrayBuffer into
 * text where there is none.
 */
export const hexBlob = <Hex extends string>(name: string) =>
  customType<{ data: Hex; driverData: Uint8Array }>({
    dataType: () => 'blob',
    toDriver: (hex) => orNull(hex, hexToBytes),
    fromDriver: (bytes) => bytesToHex(bytes) as Hex,
  })(name)

/** A UUID of the domain, kept as its 16 bytes. */
export const uuidBlob = <Uuid extends string>(name: string) =>
  customType<{ data: Uuid; driverData: Uint8Array }>({
    dataType: () => 'blob',
    toDriver: (uuid) => orNull(uuid, (text) => hexToBytes(uuidToHex(text))),
    fromDriver: (bytes) => hexToUuid(bytesToHex(bytes)) as Uuid,
  })(name)

/** Values of prepared statements reach `toDriver` even where they are null, whatever its type says. */
function orNull<Value, Driver>(value: Value, encode: (value: Value) => Driver): Driver {
  return value === null ? (value as unknown as Driver) : encode(value)
}

/** One of a few words, kept as its place in the list, which therefore only ever grows at its end. */
export const wordOf = <const Words extends readonly string[]>(name: string, words: Words) =>
  customType<{ data: Words[number]; driverData: number }>({
    dataType: () => 'integer',
    toDriver: (word) => words.indexOf(word),
    fromDriver: (at) => {
      const word = words[at]
      if (word === undefined) throw new Error(`Column ${name} holds ${at}: fetch the list again.`)
      return word
    },
  })(name)

/** A domain number kept as it is. */
export const numberOf = <Value extends number>(name: string) =>
  customType<{ data: Value; driverData: number }>({ dataType: () => 'integer' })(name)

/** True and false as 1 and 0. */
export const flag = (name: string) =>
  customType<{ data: boolean; driverData: number }>({
    dataType: () => 'integer',
    toDriver: (value) => (value ? 1 : 0),
    fromDriver: (value) => value === 1,
  })(name)
