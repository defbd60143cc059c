import { wordList } from './word-list.ts'

/** How many words both screens show; each stands for 8 bits. */
export const pairingWordsCount = 4

/**
 * The four words of a pairing, made of the device's public keys and its one-time code.
 *
 * Both sides compute them for themselves: a person who sees the same words twice
 * knows that nobody exchanged the keys on the way (DV1).
 */
export async function pairingWords(
  subtle: SubtleCrypto,
  signKey: string,
  wrapKey: string,
  code: string | null = null,
): Promise<readonly string[]> {
  const text = `eventpass/words/1${JSON.stringify([signKey, wrapKey, code])}`
  const hash = new Uint8Array(await subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return Array.from(hash.subarray(0, pairingWordsCount), (byte) => wordList[byte] ?? '')
}
