/**
 * Goal: whoever starts a server that cannot start reads what is wrong and what to do, in a sentence and not in a stack.
 * Method: the real processes, started into one fault after the other.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { holdFolder } from '@eventpass/db'
import { afterAll, beforeAll, expect, test } from 'vitest'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'start-'))
})
afterAll(() => rm(dir, { recursive: true }))

/** How a process ends that is started so, and what it said to its operator. */
async function start(main: string, env: Readonly<Record<string, string>>, args: string[] = []) {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
    cwd: new URL('../../..', import.meta.url),
    env: { PATH, DEMO: 'false', PAGES: 'false', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  try {
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
    return { code, said, stack: /^\s+at /m.test(said) }
  } finally {
    child.kill('SIGKILL')
  }
}

const server = 'apps/server/src/main.ts'
const workers = 'apps/workers/src/main.ts'

test.each([server, workers])('%s names every fault of its environment', async (main) => {
  const { code, said, stack } = await start(main, {
    ...{ PORT: 'abc', WORKER_PORT: 'abc', LOG_LEVEL: 'loud' },
    ...{ DATABASE_URL: 'postgres://localhost/none', AMQP_URL: 'amqp://localhost' },
  })
  expect({ code, stack }).toEqual({ code: 1, stack: false })
  expect(said).toMatch(/^The environment is not usable/)
  expect(said).toContain('PORT')
  expect(said).toContain('LOG_LEVEL')
})

test('a port in use is told with another one', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  try {
    expect(await start(server, { PORT: String(port), DATA_DIR: join(dir, 'port') })).toEqual({
      code: 1,
      said: `Port ${port} is in use. Stop what listens there, or start with PORT=${port + 1}.\n`,
      stack: false,
    })
  } finally {
    other.close()
  }
})

test('a folder of data that another process works in, or that cannot be made, is told', async () => {
  const letGo = await holdFolder(join(dir, 'held/pglite'))
  const held = await start(server, { PORT: '0', DATA_DIR: join(dir, 'held') })
  await letGo()
  expect(held).toMatchObject({ code: 1, stack: false })
  expect(held.said).toMatch(`Process ${process.pid} works with the database`)
  await writeFile(join(dir, 'file'), '')
  const unmade = await start(server, { PORT: '0', DATA_DIR: join(dir, 'file') })
  expect(unmade).toMatchObject({ code: 1, stack: false })
  expect(unmade.said).toContain('Choose another DATA_DIR')
})

test('an option that is not known is told', async () => {
  const { code, said, stack } = await start(server, { DATA_DIR: join(dir, 'option') }, ['--wan'])
  expect({ code, stack }).toEqual({ code: 1, stack: false })
  expect(said).toContain("'--wan'")
})
