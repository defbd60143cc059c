import { expect, test } from 'vitest'
import { countInWords } from './words.ts'

test('a count has its noun, one or many, and its thousands set apart', () => {
  expect([0, 1, 2, 1_204].map((count) => countInWords(count, 'scan', 'scans'))).toEqual([
    '0 scans',
    '1 scan',
    '2 scans',
    '1,204 scans',
  ])
})
