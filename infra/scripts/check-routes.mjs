// @ts-check
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildAll } from './build-if-changed.mjs'
import { root, withTools } from './install.mjs'
import { exitCodeOf, onAskedToEnd, say, stopCommands } from './run-command.mjs'

/**
 * `node infra/scripts/check-routes.mjs /health /scan/EP1 …`: starts the server on its embedded
 * defaults, in a folder and on a port of its own, and asks for each route by GET and by POST. A route
 * is there when one of the two is answered by anything but "not found": without a credential that is
 * mostly a 401. `/health` has to say that all is well.
 */

const startMs = 180_000
const pollMs = 100

const routes = process.argv.slice(2)
if (routes.length === 0) {
  console.error('Name the routes: node infra/scripts/check-routes.mjs /health /scan/EP1')
  process.exit(2)
}
process.exitCode = (await buildAll()) ? await check() : 1

async function check() {
  const folder = mkdtempSync(join(tmpdir(), 'eventpass-routes-'))
  const port = await freePort()
  say('Starting the server on its embedded defaults.')
  const server = spawn(process.execPath, ['--import', 'tsx', 'apps/server/src/main.ts'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...(await withTools({ PATH: process.env.PATH })),
      DATA_DIR: folder,
      PORT: String(port),
      DEMO: 'false',
      LOG_LEVEL: 'error',
    },
  })
  const ended = once(server, 'exit')
  onAskedToEnd(async (signal) => {
    server.kill('SIGKILL')
    await stopCommands()
    process.exit(exitCodeOf(signal))
  })
  try {
    const origin = `http://127.0.0.1:${port}`
    if (!(await isUp(origin, server))) return 1
    const answers = await Promise.all(routes.map((route) => answerOf(origin, route)))
    for (const { route, there, words } of answers) {
      console.log(`${there ? 'there  ' : 'MISSING'} ${route}  ${words}`)
    }
    return answers.every(({ there }) => there) ? 0 : 1
  } finally {
    server.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
}

async function isUp(
  /** @type {string} */ origin,
  /** @type {import('node:child_process').ChildProcess} */ server,
) {
  const until = performance.now() + startMs
  while (performance.now() < until && server.exitCode === null) {
    const answer = await fetch(`${origin}/health`).catch(() => null)
    if (answer) return true
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
  console.error('The server did not come up: its lines above say why.')
  return false
}

async function answerOf(/** @type {string} */ origin, /** @type {string} */ route) {
  const statuses = await Promise.all(
    ['GET', 'POST'].map(async (method) => {
      const body = method === 'POST' ? '{}' : null
      const headers = { 'content-type': 'application/json' }
      return (await fetch(origin + route, { method, headers, body })).status
    }),
  )
  const there = route === '/health' ? statuses[0] === 200 : statuses.some((one) => one !== 404)
  return { route, there, words: `GET ${statuses[0]}, POST ${statuses[1]}` }
}

/** @returns {Promise<number>} */
async function freePort() {
  const probe = createServer()
  probe.listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}
