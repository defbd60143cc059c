import { randomUUID } from 'node:crypto'
import type { EventId } from '@eventpass/domain'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { OpenLiveBus } from './live-bus.ts'

const longMs = 30_000
const never = new AbortController().signal

/** What every live bus promises. `open` gives the bus of a worker and that of an API node. */
export function liveBusContract(
  open: () => Promise<{ readonly worker: OpenLiveBus; readonly node: OpenLiveBus }>,
): void {
  let worker: OpenLiveBus
  let node: OpenLiveBus
  beforeEach(async () => {
    ;({ worker, node } = await open())
  })
  afterEach(async () => {
    await worker.close()
    await node.close()
  })

  test('[BR10] what one process announces wakes whoever waits for that event, in each', async () => {
    const [event, other] = [randomUUID() as EventId, randomUUID() as EventId]
    let otherWoke = false
    const ending = new AbortController()
    const waitsForOther = node.nextChange(other, longMs, ending.signal).then(() => {
      otherWoke = true
    })
    const waiting = [
      node.nextChange(event, longMs, never),
      node.nextChange(event, longMs, never),
      worker.nextChange(event, longMs, never),
    ]
    const fromMs = performance.now()
    worker.announce(event)
    await Promise.all(waiting)
    expect(performance.now() - fromMs).toBeLessThan(longMs)
    expect(otherWoke).toBe(false)
    ending.abort()
    await waitsForOther
  })

  test('[BR10] many announcements in a row wake each waiter once, not once each', async () => {
    const event = randomUUID() as EventId
    const first = node.nextChange(event, longMs, never)
    for (let n = 0; n < 100; n += 1) worker.announce(event)
    await first
    let again = false
    const ending = new AbortController()
    const second = node.nextChange(event, longMs, ending.signal).then(() => {
      again = true
    })
    // What was announced after it comes after it: nothing of the hundred is left in between.
    const marker = randomUUID() as EventId
    const marked = node.nextChange(marker, longMs, never)
    worker.announce(marker)
    await marked
    expect(again).toBe(false)
    ending.abort()
    await second
  })

  test('[BR10] a wait ends at its time, and at once when it is given up', async () => {
    const event = randomUUID() as EventId
    await node.nextChange(event, 1, never)
    await node.nextChange(event, longMs, AbortSignal.abort())
  })
}
