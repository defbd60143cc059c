import { expect, test } from 'vitest'
import { createCircuitBreaker } from './circuit-breaker.ts'

test('[CL3] what keeps failing is left alone longer and longer, and tried by one after each rest', () => {
  let nowMs = 0
  const breaker = createCircuitBreaker(() => nowMs)
  for (let at = 0; at < 3; at += 1) {
    expect(breaker.isClosed()).toBe(true)
    breaker.failed()
  }
  const restsMs: number[] = []
  for (let round = 0; round < 8; round += 1) {
    const fromMs = nowMs
    while (!breaker.isClosed()) nowMs += 100
    restsMs.push(nowMs - fromMs)
    // One is on its way: the others keep off.
    expect(breaker.isClosed()).toBe(false)
    breaker.failed()
  }
  expect(restsMs).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000])
  while (!breaker.isClosed()) nowMs += 100
  breaker.succeeded()
  expect([breaker.isClosed(), breaker.isClosed()]).toEqual([true, true])
})
