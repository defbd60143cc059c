/**
 * Goal: nobody is told `accepted` for what another has, and nothing that was told is lost, whatever
 * happens to Redis, Postgres, RabbitMQ and central's own processes.
 * Method: a short run of `pnpm history`, each fault once, over services of its own; and one without the
 * unique indexes, which must be found out.
 */
import { expect, test } from 'vitest'
import { allFaults } from './faults.ts'
import { type HistoryPlan, runHistory } from './run-history.ts'

/** Of a busy machine; a quiet one needs a fifth. */
const timeout = 300_000
const plan: HistoryPlan = {
  claims: 1_500,
  seconds: 60,
  clients: 50,
  invitees: 40,
  withIndex: true,
  only: '',
  signal: new AbortController().signal,
  tell: () => {},
}

test('[CL1] fifty clients, every fault once: one accepted at a time of each key, and all that was told is there', {
  timeout,
}, async () => {
  const story = await runHistory(plan)
  expect(story.violations).toEqual([])
  expect([...story.faults.keys()]).toEqual(allFaults.map(({ name }) => name))
  expect(story.heard.get('accepted')).toBeGreaterThan(plan.invitees)
  // Had every answer come, there would be nothing to settle.
  expect(story.unknownOps).toBeGreaterThan(0)
  expect(story.heard.get('op_reused')).toBeGreaterThan(0)
})

test('[CL1] without its unique indexes central grants a key twice, and the history shows it', {
  timeout,
}, async () => {
  const { violations } = await runHistory({ ...plan, withIndex: false })
  expect(violations).toMatchObject([{ rule: 'a key was granted twice' }])
})
