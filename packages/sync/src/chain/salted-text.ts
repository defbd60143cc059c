import type { SaltedText, ScanBody, ScanTexts } from '@eventpass/domain'
import { bytesFromHex, hexFromBytes } from '@eventpass/token'

/** Bytes of salt before a text, so that a short answer cannot be guessed from its hash. */
export const saltBytes = 16

/** A text with the salt that its hash is made with; `salt` is 16 random bytes that the caller draws. */
export function saltText(salt: Uint8Array, text: string): SaltedText {
  return { salt: hexFromBytes(salt), text }
}

/** `SHA-256(16 B salt ‖ text as UTF-8)`, lower-case hex: what the chained bytes carry of a text. */
export async function hashText(subtle: SubtleCrypto, { salt, text }: SaltedText): Promise<string> {
  const letters = new TextEncoder().encode(text)
  const input = new Uint8Array(saltBytes + letters.length)
  input.set(bytesFromHex(salt))
  input.set(letters, saltBytes)
  return hexFromBytes(new Uint8Array(await subtle.digest('SHA-256', input)))
}

const noHashes = { code: null, answer: null, note: null } as const

/** The hashes of all texts beside a scan, for its body. */
export async function hashTexts(
  subtle: SubtleCrypto,
  { code, answer, note }: ScanTexts,
): Promise<ScanBody['textHashes']> {
  if (code === null && answer === null && note === null) return noHashes
  const hash = (text: SaltedText | null) => (text === null ? null : hashText(subtle, text))
  return { code: await hash(code), answer: await hash(answer), note: await hash(note) }
}

/** True where every text that is still there has its hash in the body; an erased text is no fault. */
export async function textsMatch(
  subtle: SubtleCrypto,
  hashes: ScanBody['textHashes'],
  texts: ScanTexts,
): Promise<boolean> {
  for (const name of ['code', 'answer', 'note'] as const) {
    const text = texts[name]
    if (text === null) continue
    if (!/^[0-9a-f]{32}$/.test(text.salt)) return false
    if ((await hashText(subtle, text)) !== hashes[name]) return false
  }
  return true
}
