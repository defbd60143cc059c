import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterEach, expect, test, vi } from 'vitest'
import { createDatabase, dataFolderOf, withServer } from './postgres.ts'
import { identifyProcess, isAlive, stopProcess } from './process-identity.ts'
import { probeRabbitMq } from './rabbitmq.ts'
import { redisPid } from './redis.ts'
import { readRecord, type Undo } from './run-record.ts'

const scripts = join(import.meta.dirname, '../scripts')
const databaseUrl = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const redisUrl = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379'
// A RabbitMQ takes a minute to start where the processor is busy.
const startMs = 180_000
const sleepers: ChildProcess[] = []
const runs: string[] = []

afterEach(() => {
  for (const sleeper of sleepers.splice(0)) sleeper.kill('SIGKILL')
  for (const run of runs.splice(0)) down(run)
})

test(
  "a run's own servers answer as themselves, and leave neither process nor folder behind",
  async () => {
    const { run, env } = up('postgres,redis,rabbitmq', { EVENTPASS_SERVICES: 'private' })
    const admin = env.DATABASE_URL?.replace(/[^/]*$/, 'postgres') ?? ''
    expect(env.DATABASE_URL).toContain(`/eventpass_${run.replaceAll('-', '_')}`)
    expect(await dataFolderOf(admin)).not.toBe('')
    expect(await redisPid(env.REDIS_URL ?? '')).toBeGreaterThan(0)
    expect(await probeRabbitMq(env.AMQP_URL ?? '')).not.toBe('')

    const undo = readRecord(run)?.undo ?? []
    const processes = undo.filter(isProcess).map((each) => each.identity)
    const folders = undo.flatMap((each) => (each.kind === 'folder' ? [each.path] : []))
    expect(processes.every(isAlive) && folders.every(existsSync)).toBe(true)

    expect(down(run)).toBe(0)
    expect(processes.filter(isAlive)).toEqual([])
    expect(folders.filter(existsSync)).toEqual([])
    expect(readRecord(run)).toBeNull()
    await expect(withServer(admin, (sql) => sql`select 1`)).rejects.toThrow()
  },
  startMs,
)

test(
  'a server of a run that was killed starts again at its address, and ends with the run',
  async () => {
    const { run, env } = up('postgres,redis', { EVENTPASS_SERVICES: 'debian' })
    const [first, url] = [Number(env.REDIS_PID), env.REDIS_URL ?? '']
    expect(again(run, 'rabbitmq').stderr).toContain('has no rabbitmq of its own')
    process.kill(first, 'SIGKILL')
    process.kill(Number(env.POSTGRES_PID), 'SIGQUIT')
    expect(again(run, 'redis').stdout).toBe(`REDIS_PID=${await redisPid(url)}\n`)
    expect(await redisPid(url)).not.toBe(first)
    expect(again(run, 'postgres').status).toBe(0)
    // What was committed is there.
    expect(await withServer(env.DATABASE_URL ?? '', (sql) => sql`select 1 as one`)).toHaveLength(1)
    expect(down(run)).toBe(0)
    await expect(redisPid(url)).rejects.toThrow()
  },
  startMs,
)

test(
  'a run that is told to end while it starts leaves nothing behind',
  async () => {
    const run = `vitest-${process.pid}-ended`
    const args = ['--run', run, '--only', 'redis,rabbitmq']
    const env = { ...process.env, EVENTPASS_SERVICES: 'private' }
    const starting = spawn(join(scripts, 'dev-up.sh'), args, { env, stdio: 'ignore' })
    const made = await vi.waitUntil(() => readRecord(run)?.undo.find(isStarted), startMs)
    starting.kill('SIGTERM')
    const [code] = await once(starting, 'close')
    expect(code).toBe(1)
    expect(isProcess(made) && isAlive(made.identity)).toBe(false)
    expect(readRecord(run)).toBeNull()
  },
  startMs,
)

test('what a killed owner left behind is cleared by the next run', async () => {
  const owner = sleep()
  const left = up('redis', { REDIS_URL: redisUrl, EVENTPASS_SERVICES: 'running' }, owner.pid)
  const redis = new Redis(redisUrl)
  const key = `${left.env.REDIS_PREFIX}scan`
  await redis.set(key, '1')

  up('redis', { REDIS_URL: redisUrl, EVENTPASS_SERVICES: 'running' })
  expect(await redis.exists(key)).toBe(1)

  owner.kill('SIGKILL')
  await once(owner, 'close')
  up('redis', { REDIS_URL: redisUrl, EVENTPASS_SERVICES: 'running' })
  expect(await redis.exists(key)).toBe(0)
  expect(readRecord(left.run)).toBeNull()
  redis.disconnect()
})

test('a Postgres that gives no right to make a database counts as not answering', async () => {
  const role = `eventpass_test_guest_${process.pid}`
  await withServer(databaseUrl, (sql) => sql.unsafe(`create role "${role}" login password 'guest'`))
  const url = new URL(databaseUrl)
  url.username = role
  url.password = 'guest'
  try {
    await expect(createDatabase(url.href, `${role}_own`)).rejects.toThrow('may not create')
  } finally {
    await withServer(databaseUrl, (sql) => sql.unsafe(`drop role "${role}"`))
  }
})

test('a process that got the number of one that ended is not touched', async () => {
  const sleeper = sleep()
  const identity = identifyProcess(Number(sleeper.pid))
  if (!identity) throw new Error('the process has ended already')
  await stopProcess({ ...identity, startedAt: 'another day' }, 'SIGTERM')
  expect(isAlive(identity)).toBe(true)
  await stopProcess(identity, 'SIGTERM')
  expect(isAlive(identity)).toBe(false)
})

test('an unknown way to get services, and an unknown service, are named with what is known', () => {
  const way = devUp(['--only', 'redis'], { EVENTPASS_SERVICES: 'podman' })
  expect(way).toMatchObject({ status: 1, stdout: '' })
  expect(way.stderr).toContain('EVENTPASS_SERVICES does not know "podman": say auto, running')
  expect(devUp(['--only', 'mysql'], {}).stderr).toContain('--only does not know "mysql"')
})

function isProcess(undo: Undo): undo is Extract<Undo, { kind: 'process' }> {
  return undo.kind === 'process'
}

function isStarted(undo: Undo): boolean {
  return undo.kind === 'process' || undo.kind === 'compose'
}

/** Brings services up under a name of their own and reads the lines for the caller. */
function up(only: string, env: Readonly<Record<string, string>>, ownerPid = process.pid) {
  const run = `vitest-${process.pid}-${runs.length}-${Date.now().toString(36)}`
  runs.push(run)
  const args = ['--run', run, '--only', only, '--owner', String(ownerPid)]
  const { status, stdout, stderr } = devUp(args, env)
  expect(status, stderr).toBe(0)
  const pairs = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(/=(.*)/).slice(0, 2))
  return { run, env: Object.fromEntries(pairs) as Record<string, string> }
}

function devUp(args: readonly string[], env: Readonly<Record<string, string>>) {
  return spawnSync(join(scripts, 'dev-up.sh'), [...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  })
}

function again(run: string, service: string) {
  return spawnSync(join(scripts, 'dev-again.sh'), [run, service], { encoding: 'utf8' })
}

function down(run: string): number | null {
  return spawnSync(join(scripts, 'dev-down.sh'), [run]).status
}

function sleep(): ChildProcess {
  const sleeper = spawn('sleep', ['600'], { stdio: 'ignore' })
  sleepers.push(sleeper)
  return sleeper
}
