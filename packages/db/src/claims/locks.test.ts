/**
 * Goal: what waits for what between transactions of claims and of central's desk, and what does not.
 * Method: several connections of one Postgres, of which one stands still in the middle of its work.
 * PGlite has one connection, and so nobody to wait for.
 */
import { openDoorIn, type SyncWorld } from '@eventpass/api/testing'
import type { DeviceId, Digest, InviteeNo, TenantId } from '@eventpass/domain'
import { zeroHash } from '@eventpass/sync'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { queryRows } from '../query-rows.ts'
import { inTenant, storesOf } from '../tenancy.ts'
import { openTestPostgres, openWorld, type TestDatabase } from '../testing.ts'

let database: TestDatabase
let world: SyncWorld
beforeAll(async () => {
  database = await openTestPostgres()
  world = await openWorld(database)
})
afterAll(() => database.remove())

test('[CL1] of a list that counts stays, claims of one key wait for each other, and for no other key', async () => {
  const { owner, event, tenant, digests, pair } = await openDoorIn(world, 2)
  const counted = { counting: 'stay', reEntry: true, categories: null, unpaid: 'ask' } as const
  const zone = { event: event.id, list: { name: 'Zone', ...counted, rules: [], question: null } }
  const { id: list } = await (await owner.call()).events.addList(zone)
  const other = await pair({ list })
  const claim = (at: number) => other.claim(other.intend(digests[at] as Digest, { list }))

  const heard: string[] = []
  const waiting = await world.deps.tx(tenant, async ({ claims }) => {
    await claims.lockKey(list, 1 as InviteeNo)
    const asked = claim(0).then(({ outcome }) => heard.push(outcome))
    const first = await Promise.race([asked.then(() => 'answered'), untilSomebodyWaits()])
    expect(first).toBe('waits')
    expect(await claim(1)).toMatchObject({ outcome: 'accepted' })
    expect(heard).toEqual([])
    return { asked }
  })
  await waiting.asked
  expect(heard).toEqual(['accepted'])
})

test('[CL9] whoever makes the desk of an event keeps no device of it from its work', async () => {
  const { device, event, place, tenant } = await openDoorIn(world, 1)
  const { list, gate } = place
  await world.deps.tx(tenant, async ({ desks }) => {
    const desk = await desks.lockDesk(event.id, { id: crypto.randomUUID() as DeviceId, list, gate })
    expect(desk).not.toBeNull()
    // A row that its own transaction changes twice has Postgres look at the event again.
    await changeTwice(tenant, device.id)
  })
})

async function changeTwice(tenant: TenantId, device: DeviceId): Promise<void> {
  await inTenant(database.drizzle, tenant, async (scope) => {
    await scope.db.execute(sql`set local lock_timeout = '5s'`)
    const { ledger } = storesOf(scope)
    await ledger.saveHead(device, { seq: 0, hash: zeroHash })
    await ledger.saveHead(device, { seq: 0, hash: zeroHash })
  })
}

/** Resolves when a session of this database waits for a lock that claims take by name. */
async function untilSomebodyWaits(): Promise<'waits'> {
  for (;;) {
    const rows = await queryRows(
      database.drizzle,
      sql`select 1 from pg_locks where locktype = 'advisory' and not granted
            and database = (select oid from pg_database where datname = current_database())`,
    )
    if (rows.length > 0) return 'waits'
  }
}
