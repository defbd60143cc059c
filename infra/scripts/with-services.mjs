// @ts-check
import { join } from 'node:path'
import { root } from './install.mjs'
import { exitCodeOf, onAskedToEnd, runCommand, say, stopCommands } from './run-command.mjs'

const servicesUp = join(root, 'infra/scripts/dev-up.sh')
const servicesDown = join(root, 'infra/scripts/dev-down.sh')

/** The exit code of the signal that asked this run to end, or null while it may go on. */
let endingCode = /** @type {number | null} */ (null)

export function interruptedBy() {
  return endingCode
}

/** On a signal what runs is ended; whoever runs it clears away its services then, and stops. */
export function endOnSignal() {
  onAskedToEnd((signal) => {
    if (endingCode !== null) return
    endingCode = exitCodeOf(signal)
    console.error(`\n${signal}: ending what runs and clearing away this run's services.`)
    void stopCommands()
  })
}

/**
 * Finds or starts Postgres, Redis, RabbitMQ and Chromium, does the work with what it may rely on
 * (README names the variables), and clears this run's corner of them away. Null where they could
 * not be had, after having said why.
 *
 * @template Answer
 * @param {string} kind names the run, such as `test`
 * @param {NodeJS.ProcessEnv} env
 * @param {(env: NodeJS.ProcessEnv) => Promise<Answer>} work
 * @returns {Promise<Answer | null>}
 */
export async function withServices(kind, env, work) {
  const run = `${kind}-${process.pid}-${Date.now().toString(36)}`
  try {
    say('Looking for Postgres, Redis, RabbitMQ and Chromium, or starting them.')
    const up = { program: servicesUp, args: ['--run', run, '--owner', String(process.pid)], env }
    const { code, output } = await runCommand({ ...up, capture: true })
    return code === 0 ? await work(testEnvironment(env, keyValues(output))) : null
  } finally {
    await runCommand({ program: servicesDown, args: [run], env })
  }
}

/**
 * The plain names are taken away, so that a server under test which was told nothing falls back to
 * its embedded defaults instead of to somebody's database.
 */
function testEnvironment(
  /** @type {NodeJS.ProcessEnv} */ env,
  /** @type {Record<string, string>} */ services,
) {
  const { DATABASE_URL, REDIS_URL, AMQP_URL, ...others } = env
  return {
    ...others,
    TEST_DATABASE_URL: services.DATABASE_URL,
    TEST_REDIS_URL: services.REDIS_URL,
    TEST_REDIS_PREFIX: services.REDIS_PREFIX,
    TEST_AMQP_URL: services.AMQP_URL,
    CHROMIUM_PATH: services.CHROMIUM_PATH,
  }
}

/** @returns {Record<string, string>} */
function keyValues(/** @type {string} */ lines) {
  const pairs = lines.split('\n').flatMap((line) => {
    const at = line.indexOf('=')
    return at > 0 ? [[line.slice(0, at), line.slice(at + 1)]] : []
  })
  return Object.fromEntries(pairs)
}
