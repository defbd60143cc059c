/**
 * Goal: callers share statements, and none suffers from another.
 * Method: batches that end when the test says so.
 */
import type { TenantId } from '@eventpass/domain'
import { expect, test } from 'vitest'
import { createGatherer } from './gather.ts'

const [first, second] = ['first', 'second'] as unknown as [TenantId, TenantId]

/** Batches as they went out; each ends by `end`. */
function openBatches() {
  const batches: { tenant: TenantId; items: readonly number[]; end: () => void }[] = []
  const together = async (tenant: TenantId, items: readonly number[]) => {
    await new Promise<void>((end) => batches.push({ tenant, items, end }))
    if (items.includes(13)) throw new Error('unlucky')
    return items.map((item) => item * 2)
  }
  return { batches, together, turn: () => new Promise((resolve) => setImmediate(resolve)) }
}

test('[CL12] what comes while enough is under way goes out together, bounded, tenants in turn', async () => {
  const { batches, together, turn } = openBatches()
  const gather = createGatherer({ underWayMax: 1, perBatchMax: 3 }, together)
  const answers = [1, 2, 3, 4].map((item) => gather(first, item))
  answers.push(gather(second, 5))
  for (let at = 0; at < 3; at += 1) {
    await turn()
    expect(batches).toHaveLength(at + 1)
    batches[at]?.end()
    await turn()
  }
  expect(batches.map(({ tenant, items }) => [tenant, items])).toEqual([
    [first, [1, 2, 3]],
    [second, [5]],
    [first, [4]],
  ])
  expect(await Promise.all(answers)).toEqual([2, 4, 6, 8, 10])
})

test('[CL12] where a batch fails each of it is tried alone, and only the culprit fails', async () => {
  const { batches, together, turn } = openBatches()
  const gather = createGatherer({ underWayMax: 2, perBatchMax: 10 }, together)
  const answers = Promise.allSettled([1, 13, 2].map((item) => gather(first, item)))
  await turn()
  batches[0]?.end()
  await turn()
  for (const { end } of batches.slice(1)) end()
  expect((await answers).map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
  ])
  expect(batches.map(({ items }) => items)).toEqual([[1, 13, 2], [1], [13], [2]])
})
