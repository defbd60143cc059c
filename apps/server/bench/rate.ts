import { quantile } from '@eventpass/tooling/bench'

/** How many a second, and how long the slowest hundredth took, in ms. */
export interface Rate {
  readonly perSecond: number
  readonly p99Ms: number
}

/** Has so many clients do one thing after another for that long. */
export async function measureRate(
  clients: number,
  ms: number,
  work: (client: number) => Promise<void>,
): Promise<Rate> {
  const taken: number[] = []
  const start = performance.now()
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let before = start; before < start + ms; ) {
        await work(client)
        const now = performance.now()
        taken.push(now - before)
        before = now
      }
    }),
  )
  const seconds = (performance.now() - start) / 1_000
  return { perSecond: taken.length / seconds, p99Ms: quantile(taken, 0.99) }
}
