import { bytesFromHex, hexFromBytes } from '@eventpass/token'
import { customType } from 'drizzle-orm/sqlite-core'

/** The 32 hex digits of a UUID without its dashes: what `unhex` makes 16 bytes of. */
export function uuidToHex(uuid: string): string {
  return uuid.replaceAll('-', '')
}

/** The 16 bytes of a UUID. */
export function uuidToBytes(uuid: string): Uint8Array<ArrayBuffer> {
  return bytesFromHex(uuidToHex(uuid))
}

function hexToUuid(hex: string): string {
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
    toDriver: (hex) => orNull(hex, bytesFromHex),
    fromDriver: (bytes) => hexFromBytes(bytes) as Hex,
  })(name)

/** A UUID of the domain, kept as its 16 bytes. */
export const uuidBlob = <Uuid extends string>(name: string) =>
  customType<{ data: Uuid; driverData: Uint8Array }>({
    dataType: () => 'blob',
    toDriver: (uuid) => orNull(uuid, uuidToBytes),
    fromDriver: (bytes) => hexToUuid(hexFromBytes(bytes)) as Uuid,
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
