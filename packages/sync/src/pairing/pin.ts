import { hexFromBytes } from '@eventpass/token'

/** A supervisor PIN as a grant carries it: `salt:hex of SHA-256(salt ‖ pin)`, both as UTF-8 text. */
export async function hashPin(subtle: SubtleCrypto, salt: string, pin: string): Promise<string> {
  const hash = await subtle.digest('SHA-256', new TextEncoder().encode(`${salt}${pin}`))
  return `${salt}:${hexFromBytes(new Uint8Array(hash))}`
}

/** True where the PIN is the one that was hashed. */
export async function isPin(subtle: SubtleCrypto, pinHash: string, pin: string): Promise<boolean> {
  const salt = pinHash.slice(0, pinHash.lastIndexOf(':'))
  return (await hashPin(subtle, salt, pin)) === pinHash
}
