/**
 * Goal: what once failed stays mended.
 * Method: the fewest steps that made a seed fail, as `pnpm sim` printed them then; a file each, named
 * after what went wrong.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Plan } from './plan/steps.ts'
import { runPlan } from './run/run-plan.ts'

const folder = new URL('../fixtures/', import.meta.url)

test('[SM4] what failed once stays mended, step by step as it failed then', async () => {
  const files = readdirSync(folder).sort()
  expect(files).not.toEqual([])
  for (const file of files) {
    const plan: Plan = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
    const { violations } = await runPlan(plan)
    expect(violations, file).toEqual([])
  }
})
