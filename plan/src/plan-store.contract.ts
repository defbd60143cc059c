import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { appendHistory } from './append-history.ts'
import { foldPlan } from './fold-plan.ts'
import { mirrorText } from './mirror-text.ts'
import type { Plan } from './plan.ts'
import type { PlanStore } from './plan-store.ts'
import { parseTemplate } from './template-file.ts'
import { smallPlan, templateText, testRun, value } from './testing.ts'

export interface StoreUnderTest {
  readonly store: PlanStore
  /** Opens the same table a second time. */
  readonly again: () => Promise<PlanStore>
  /** Does something to the table by hand; it stands behind `PLAN.` here, wherever it is kept. */
  readonly run: (statement: string) => Promise<void>
  /** Makes the table unreadable for the store. */
  readonly damage: () => Promise<void>
  /** Takes the table away whole. */
  readonly lose: () => Promise<void>
  readonly remove: () => Promise<void>
}

const template = value(parseTemplate(templateText(smallPlan), 'template'))
const begun = appendHistory(foldPlan(template, [], []), [{ event: 'plan_started' }], [], 1_000)
const grown = appendHistory(
  begun,
  [{ event: 'step_done', step: '0.1', status: 'done', run: testRun('0.1').id, current: '0.2' }],
  [testRun('0.1', { outputTail: 'ümläut “quoted”\nsecond line' })],
  2_000,
)

/** What the tracker asks of a table, wherever it is kept. */
export function planStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let table: StoreUnderTest
    beforeEach(async () => {
      table = await open()
    })
    afterEach(() => table.remove())

    test('[PL23] a table that was never written is absent', async () => {
      expect(await table.store.read()).toEqual({ kind: 'absent' })
      expect(await table.store.readStamp()).toBeNull()
    })

    test('[PL23] a plan is read back as it was written, by another connection too', async () => {
      await table.store.replace(begun, 'digest')
      const change = { before: begun, after: grown, templateDigest: 'digest' }
      expect(await table.store.write(change)).toBe(true)
      const other = await table.again()
      const stamp = { revision: 2, templateDigest: 'digest' }
      expect(await other.read()).toEqual({ kind: 'present', stamp, plan: grown })
      expect(await other.readStamp()).toEqual(stamp)
      const read = await other.read()
      expect(read.kind === 'present' && mirrorText(read.plan)).toBe(mirrorText(grown))
      await other.close()
    })

    test('[PL23] a change that was decided on an older state is not written', async () => {
      await table.store.replace(begun, 'digest')
      const other = await table.again()
      const change = { before: begun, after: grown, templateDigest: 'digest' }
      const answers = await Promise.all([table.store.write(change), other.write(change)])
      expect(answers.sort()).toEqual([false, true])
      expect(await readPlan(table.store)).toEqual(grown)
      await other.close()
    })

    test('[PL23] a change that breaks in the middle leaves nothing behind', async () => {
      await table.store.replace(begun, 'digest')
      const twice = { ...grown, history: [...grown.history, ...grown.history.slice(-1)] }
      const change = { before: begun, after: twice, templateDigest: 'other' }
      await expect(table.store.write(change)).rejects.toThrow()
      expect(await readPlan(table.store)).toEqual(begun)
      expect(await table.store.readStamp()).toEqual({ revision: 1, templateDigest: 'digest' })
    })

    test('[PL23] replacing leaves nothing of what was there, also with thousands of lines', async () => {
      const drafts = Array.from({ length: 1_200 }, () => ({ event: 'step_verified' as const }))
      const long = appendHistory(begun, drafts, [], 5_000)
      await table.store.replace(long, 'digest')
      expect(await readPlan(table.store)).toEqual(long)
      await table.store.replace(grown, 'digest')
      expect(await readPlan(table.store)).toEqual(grown)
    })

    test('[PL23] a table that cannot be read says so, and can be put aside and made anew', async () => {
      await table.store.replace(begun, 'digest')
      await table.damage()
      const other = await table.again()
      expect((await other.read()).kind).toBe('damaged')
      expect(await other.readStamp()).toBeNull()
      await other.setAside()
      await other.replace(grown, 'digest')
      expect(await readPlan(other)).toEqual(grown)
      await other.close()
    })
  })
}

async function readPlan(store: PlanStore): Promise<Plan | null> {
  const read = await store.read()
  return read.kind === 'present' ? read.plan : null
}
