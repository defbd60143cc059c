import { webcrypto } from 'node:crypto'
import { expect, test } from 'vitest'
import { createRandomPool } from './random-pool.ts'

test('what is drawn from one filling and the next differs, has its length, and stays as it was', () => {
  let fillings = 0
  const draw = createRandomPool((bytes) => {
    fillings += 1
    webcrypto.getRandomValues(bytes)
  })
  const drawn = Array.from({ length: 2_000 }, (_, n) => draw(16 + (n % 17)))
  const seen = drawn.map(String)
  expect(new Set(seen.map((text) => text.split(',', 16).join())).size).toBe(2_000)
  expect(drawn.map(({ length }) => length)).toEqual(drawn.map((_, n) => 16 + (n % 17)))
  draw(4_096)
  expect(drawn.map(String)).toEqual(seen)
  expect(fillings).toBeLessThan(20)
})

test('more than a filling holds is refused: no gate asks for it', () => {
  expect(() => createRandomPool(() => {})(4_097)).toThrow('At most 4096')
})
