/**
 * Goal: any world ends as it should, and nothing in it depends on the machine.
 * Method: a few seeds here; `npm test` lives through a thousand beside (`pnpm sim`).
 */
import { expect, test } from 'vitest'
import { withTrap } from './kernel/trap.ts'
import { makePlan } from './plan/make-plan.ts'
import { runPlan } from './run/run-plan.ts'

const seeds = Array.from({ length: 10 }, (_, at) => at + 1)

test('[SM3] any of the first seeds ends as it should', { timeout: 600_000 }, async () => {
  for (const seed of seeds) {
    const { violations } = await runPlan(makePlan(`${seed}`))
    expect(violations, `pnpm sim --seed ${seed}`).toEqual([])
  }
})

test('[SM1] the same seed twice ends in the same state, another seed in another', async () => {
  const first = await runPlan(makePlan('7'))
  const again = await runPlan(makePlan('7'))
  const other = await runPlan(makePlan('8'))
  expect(first.hash).toMatch(/^[0-9a-f]{64}$/)
  expect(again).toEqual(first)
  expect(other.hash).not.toBe(first.hash)
})

test('[SM2] whatever asks the machine for time or chance in a world is caught, also where it swallows the error', async () => {
  const asks: readonly (() => unknown)[] = [
    () => Date.now(),
    () => new Date(),
    () => Math.random(),
    () => performance.now(),
    () => setTimeout(() => undefined, 0),
    () => crypto.randomUUID(),
    () => crypto.getRandomValues(new Uint8Array(1)),
  ]
  for (const ask of asks) {
    const { caught } = await withTrap(async () => {
      try {
        ask()
      } catch {
        // As code does that falls back to something else.
      }
    })
    expect(caught, String(ask)).toHaveLength(1)
  }
  expect(Date.now()).toBeGreaterThan(0)
  expect(new Date(5).getTime()).toBe(5)
})
