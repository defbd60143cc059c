/**
 * Goal: relays hear of new rows at once, and no commit waits for that.
 * Method: two bells over one database, the second as another process would have it on Postgres.
 */
import { openTenant } from '@eventpass/api/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../database.ts'
import { createTenancy } from '../tenancy.ts'
import { describeEachDatabase, openWorld, type TestDatabase } from '../testing.ts'
import { createOutboxBell } from './outbox-bell.ts'

const longMs = 60_000
const never = new AbortController().signal

describeEachDatabase('the bell of the outbox', (open) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.remove())

  test('[OB7] a commit with outbox rows rings here and elsewhere; one without does not', async () => {
    const other = database.url === null ? database : await openDatabase({ url: database.url })
    const [here, there] = [createOutboxBell(database), createOutboxBell(other)]
    await Promise.all([here.listen(), there.listen()])
    let rings = 0
    const tenancy = createTenancy(database.drizzle, {
      onOutbox: () => {
        rings += 1
        here.ring()
      },
    })
    const world = await openWorld(database)
    const { tenant } = await (await (await openTenant(world)).call()).accounts.me()
    // What rang while connections were made.
    await Promise.all([here.nextRing(0, never), there.nextRing(0, never)])

    await tenancy.tx(tenant, async (tx) => void (await tx.events.findRecent(1)))
    const failing = tenancy.tx(tenant, async ({ outbox }) => {
      await outbox.enqueue([{ topic: 'orders', key: {}, delayMs: 0 }])
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(rings).toBe(0)

    const woken = Promise.all([here.nextRing(longMs, never), there.nextRing(longMs, never)])
    await tenancy.tx(tenant, ({ outbox }) =>
      outbox.enqueue([{ topic: 'orders', key: {}, delayMs: 0 }]),
    )
    await woken
    expect(rings).toBe(1)

    // A ring that nobody waited for is heard by the next who does.
    here.ring()
    await here.nextRing(longMs, never)
    await here.nextRing(longMs, AbortSignal.abort())
    await here.close()
    await there.close()
    if (other !== database) await other.close()
  })
})
