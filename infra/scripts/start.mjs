// @ts-check
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { buildAll } from './build-if-changed.mjs'
import { installWhenNeeded, root, withTools } from './install.mjs'
import { exitCodeOf, onAskedToEnd, say, stopCommands } from './run-command.mjs'

/**
 * `npm start`: installs and builds what has changed, then runs the server with the arguments given
 * after `--`, hands it the signals it gets itself and ends with its exit code.
 */
process.exitCode = await start(process.argv.slice(2))

async function start(/** @type {string[]} */ args) {
  const disarm = onAskedToEnd(async (signal) => {
    await stopCommands()
    process.exit(exitCodeOf(signal))
  })
  if (!(await installWhenNeeded()) || !(await buildAll())) return 1
  const env = await withTools(process.env)
  disarm()

  say('Starting the server: it prints its addresses when it is ready. Ctrl-C ends it.')
  const envFile = existsSync(join(root, '.env')) ? ['--env-file=.env'] : []
  return runServer([...envFile, '--import', 'tsx', 'apps/server/src/main.ts', ...args], env)
}

/** @returns {Promise<number>} */
function runServer(/** @type {string[]} */ args, /** @type {NodeJS.ProcessEnv} */ env) {
  return new Promise((resolve) => {
    const server = spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' })
    onAskedToEnd((signal) => {
      // In a terminal Ctrl-C reaches the server as well, and twice would mean "at once".
      if (signal !== 'SIGINT' || !process.stdin.isTTY) server.kill(signal)
    })
    server.on('error', (error) => {
      console.error(`The server could not be started: ${error.message}`)
      resolve(1)
    })
    server.on('close', (code, signal) => resolve(code ?? exitCodeOf(signal)))
  })
}
