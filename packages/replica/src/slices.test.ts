import { expect, test } from 'vitest'
import { inSlices, sliceMsMax } from './slices.ts'

/** Rows of a given cost each, worked through on a clock that only the work moves. */
async function workThrough(rowsInAll: number, msPerRow: (row: number) => number) {
  let [clockMs, done] = [0, 0]
  const sliceMs: number[] = []
  await inSlices(
    async (rows) => {
      const start = clockMs
      const end = Math.min(rowsInAll, done + rows)
      for (; done < end; done += 1) clockMs += msPerRow(done)
      sliceMs.push(clockMs - start)
      return done < rowsInAll
    },
    () => clockMs,
  )
  return { done, sliceMs }
}

test('[RP6] slices find their size and stay within the limit, whatever a row costs', async () => {
  for (const msPerRow of [0.00002, 0.0005, 0.004]) {
    const { done, sliceMs } = await workThrough(300_000, () => msPerRow)
    expect(done).toBe(300_000)
    expect(Math.max(...sliceMs)).toBeLessThanOrEqual(sliceMsMax)
  }
})

test('[RP6] dearer rows halfway shrink the slices again', async () => {
  const { done, sliceMs } = await workThrough(100_000, (row) => (row < 50_000 ? 0.0001 : 0.02))
  expect(done).toBe(100_000)
  expect(sliceMs.at(-2)).toBeLessThanOrEqual(sliceMsMax)
})

test('[RP6] what waits is served between two slices', async () => {
  const seen: string[] = []
  let slices = 0
  const work = inSlices(async () => {
    slices += 1
    seen.push(`slice ${slices}`)
    return slices < 3
  })
  setImmediate(() => seen.push('message'))
  await work
  expect(seen.indexOf('message')).toBeLessThan(seen.indexOf('slice 3'))
})
