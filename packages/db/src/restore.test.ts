/**
 * Goal: central that was restored from a backup gets back from the edge what the backup lacks.
 * Method: a copy of a real Postgres database taken in the middle of an event, and the operator's
 * own command on it; devices keep their chains as tablets do.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { reconcileKeys } from '@eventpass/api'
import {
  openEvent,
  openTenant,
  pairDevice,
  type SyncWorld,
  type TestDevice,
} from '@eventpass/api/testing'
import { expect, test } from 'vitest'
import { openDatabase } from './database.ts'
import { copyPostgresDatabase, createPostgresDatabase, openWorld } from './testing.ts'

const root = new URL('../../..', import.meta.url).pathname

/** As an operator runs it, and with nothing else in the environment. */
const renew = (env: Record<string, string>) =>
  promisify(execFile)('infra/scripts/renew-incarnation.sh', {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', ...env },
  })

/** Central as one process after another, over one database. */
async function serve<T>(
  url: string,
  earlier: SyncWorld | undefined,
  work: (world: SyncWorld) => Promise<T>,
): Promise<T> {
  const database = await openDatabase({ url })
  try {
    await database.migrate()
    return await work(await openWorld(database, earlier))
  } finally {
    await database.close()
  }
}

async function settle(world: SyncWorld, devices: readonly TestDevice[]) {
  const [{ grant }] = devices as [TestDevice]
  for (const device of devices) {
    await device.contact()
    await device.push(device.links)
  }
  for (const keys of await world.takeDirty(grant.tenant)) {
    await reconcileKeys(world.deps, grant.tenant, grant.event, keys)
  }
  return world.deps.tx(grant.tenant, ({ events }) => events.count(grant.event))
}

test('[SY2] a restored central lives anew, and devices give it back what the backup lacks', async () => {
  const { url, drop } = await createPostgresDatabase()
  const { first, north, south, digests } = await serve(url, undefined, async (world) => {
    const owner = await openTenant(world)
    const { id: event, lists, gates } = await openEvent(owner)
    const place = { event, list: lists[0]?.id as never, gate: gates[0]?.id as never }
    const north = await pairDevice(world, owner, place)
    const south = await pairDevice(world, owner, place)
    const digests = await world.addTickets(north.grant.tenant, event, 4)
    await north.contact()
    await north.scan(digests[0] ?? null)
    await settle(world, [north])
    return { first: world, north, south, digests }
  })
  const backup = await copyPostgresDatabase(url)
  const lost = await serve(url, first, async (world) => {
    const devices = [north.at(world), south.at(world)]
    await south.at(world).contact()
    await north.scan(digests[1] ?? null)
    await south.scan(digests[1] ?? null)
    await south.scan(digests[2] ?? null)
    return settle(world, devices)
  })
  expect(lost).toMatchObject({ admitted: 3, peopleInside: 4, incidentsOpen: 1 })
  await drop()

  const { stdout } = await renew({ DATABASE_URL: backup.url })
  expect(stdout).toContain('new life')
  await serve(backup.url, first, async (world) => {
    expect(world.deps.incarnation).not.toBe(first.deps.incarnation)
    expect(stdout).toContain(world.deps.incarnation)
    const { receipt } = await north.at(world).contact()
    expect(receipt).toMatchObject({
      throughSeq: 1,
      hash: north.links[0]?.hash,
      incarnation: world.deps.incarnation,
    })
    const again = [north.at(world), south.at(world)]
    expect(await settle(world, again)).toEqual(lost)
    expect(await settle(world, again)).toEqual(lost)
    const { receipt: whole } = await south.at(world).contact()
    expect(whole).toMatchObject({ throughSeq: 2, hash: south.links[1]?.hash })
  })
  await backup.drop()
})

test('a renewal without a database says what to set, and changes nothing', async () => {
  await expect(renew({})).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('DATABASE_URL'),
  })
  await expect(renew({ DATA_DIR: '/nowhere' })).rejects.toMatchObject({ code: 1 })
})
