/**
 * Goal: central that was restored from a backup gets back from the edge what the backup lacks.
 * Method: a copy of a real Postgres database taken in the middle of an event, and the operator's
 * own command on it; devices keep their chains as tablets do.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { reconcileKeys, runSequencer } from '@eventpass/api'
import {
  type AuditWorld,
  openBrowser,
  openEvent,
  openTenant,
  pairDevice,
  type SyncWorld,
  type TestDevice,
  type World,
} from '@eventpass/api/testing'
import { createTestPostgres } from '@eventpass/tooling/test-postgres'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from './database.ts'
import { openWorld } from './testing.ts'

/** A copy as of now, of a database that nobody uses at the moment. */
const backUp = (url: string) => createTestPostgres({ template: new URL(url).pathname.slice(1) })

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
  work: (world: SyncWorld & AuditWorld) => Promise<T>,
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
  const { url, drop } = await createTestPostgres()
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
  const backup = await backUp(url)
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

test('[AU1] a restored log is told from a whole one until the operator accepts it; then the log says so', async () => {
  const { url, drop } = await createTestPostgres()
  const { first, session, rows } = await serve(url, undefined, async (world) => {
    const owner = await openTenant(world)
    await openEvent(owner)
    await chain(world)
    return { first: world, session: owner.session(), ...(await verify(world, owner.session())) }
  })
  const backup = await backUp(url)
  await serve(url, first, async (world) => {
    await openEvent(openBrowser(world, session))
    await chain(world)
    expect(await verify(world, session)).toMatchObject({ outcome: 'intact', rows: rows + 1 })
  })
  await drop()
  const dataDir = await mkdtemp(join(tmpdir(), 'restored-'))
  onTestFinished(() => rm(dataDir, { recursive: true }))
  await symlink(join(tmpdir(), `eventpass-test-heads-${process.pid}`), join(dataDir, 'audit-heads'))

  await serve(backup.url, first, async (world) => {
    const { outcome, message } = await verify(world, session)
    expect(outcome).toBe('broken')
    expect(message).toContain(`The log ends with row ${rows}, but central signed ${rows + 1} rows`)
    expect(message).toContain('restored from a backup of that time, or row')
  })
  const { stdout } = await renew({ DATABASE_URL: backup.url, DATA_DIR: dataDir })
  expect(stdout).toContain('written into the log of')
  await serve(backup.url, first, async (world) => {
    const restores = [{ atMs: expect.any(Number), afterSeq: rows, lostThroughSeq: rows + 1 }]
    expect(await verify(world, session)).toMatchObject({ outcome: 'intact', rows, restores })
    await openEvent(openBrowser(world, session))
    await chain(world)
    const accepted = { outcome: 'intact', rows: rows + 2, restores }
    expect(await verify(world, session)).toMatchObject(accepted)
    // Whoever takes the word of the restore out of the log is found as for any other row.
    await world.tamper(`delete from audit_logs where action = 'audit.restored'`)
    expect(await verify(world, session)).toMatchObject({ outcome: 'broken', seq: rows + 1 })
  })
  await backup.drop()
})

/** Chains what waits, once. */
async function chain(world: AuditWorld): Promise<void> {
  const ending = new AbortController()
  const pause = async () => ending.abort()
  const { deps, unchainedAudit } = world
  await runSequencer({ ...deps, unchainedAudit, pause, warn: () => {} }, ending.signal)
}

async function verify(world: World, session: Parameters<typeof openBrowser>[1]) {
  const verdict = await (await openBrowser(world, session).call()).audit.verify()
  return { rows: 0, message: '', ...verdict }
}

test('a renewal without a database says what to set, and changes nothing', async () => {
  await expect(renew({})).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('DATABASE_URL'),
  })
  await expect(renew({ DATA_DIR: '/nowhere' })).rejects.toMatchObject({ code: 1 })
})
