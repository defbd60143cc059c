import { webcrypto } from 'node:crypto'
import { expect, test } from 'vitest'
import { wordList } from './word-list.ts'
import { pairingWords } from './words.ts'

const subtle = webcrypto.subtle as SubtleCrypto

test('[DV1] both screens compute the same four words from the keys and the code', async () => {
  const words = await pairingWords(subtle, 'BASignKey', 'BAWrapKey', 'code')
  expect(words).toEqual(await pairingWords(subtle, 'BASignKey', 'BAWrapKey', 'code'))
  expect(words).toHaveLength(4)
  for (const word of words) expect(wordList).toContain(word)
})

test('[DV1] another key or another code shows other words', async () => {
  const own = await pairingWords(subtle, 'a', 'b', 'c')
  expect(await pairingWords(subtle, 'x', 'b', 'c')).not.toEqual(own)
  expect(await pairingWords(subtle, 'a', 'x', 'c')).not.toEqual(own)
  expect(await pairingWords(subtle, 'a', 'b', 'x')).not.toEqual(own)
  expect(await pairingWords(subtle, 'b', 'a', 'c')).not.toEqual(own)
})

test('the list has 256 words that no single letter turns into one another', () => {
  expect(new Set(wordList).size).toBe(256)
  expect(wordList.every((word) => /^[a-z]{3,9}$/.test(word))).toBe(true)
  const close = wordList.flatMap((a) =>
    wordList.filter((b) => a < b && a.length === b.length && lettersApart(a, b) < 2),
  )
  expect(close).toEqual([])
})

function lettersApart(a: string, b: string): number {
  return [...a].filter((letter, at) => letter !== b[at]).length
}
