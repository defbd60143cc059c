import { expect, test } from 'vitest'
import { makePlan } from '../plan/make-plan.ts'
import { runPlan } from './run-plan.ts'

test('seed 1 ends as it should', async () => {
  const outcome = await runPlan(makePlan('1'))
  console.log(outcome)
  expect(outcome.violations).toEqual([])
})
