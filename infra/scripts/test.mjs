// @ts-check
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildAll } from './build-if-changed.mjs'
import { addCounts, countOne, countPlaywright, countVitest } from './count-results.mjs'
import { installWhenNeeded, root, withTools } from './install.mjs'
import { runCommand, say } from './run-command.mjs'
import { endOnSignal, interruptedBy, withServices } from './with-services.mjs'

/**
 * `npm test`: everything that can be checked, and then one line `N passed, N failed`.
 * `npm test -- check`, `sim`, `unit` or `e2e` runs one part; what follows is handed to its runner.
 *
 * @typedef {import('./count-results.mjs').Count} Count
 */

const parts = ['check', 'sim', 'unit', 'e2e']

/** Simulated worlds of one run; each rare state must be reached by some of them. */
const seeds = 1_000

const startedAt = Date.now()
const scratch = mkdtempSync(join(tmpdir(), 'eventpass-test-'))
endOnSignal()

const [part, ...rest] = process.argv.slice(2)
if (part !== undefined && !parts.includes(part)) {
  console.error(`There is no part "${part}": say npm test, or npm test -- ${parts.join(' | ')}.`)
  process.exit(2)
}
const total = addCounts(await everything(part, rest))
rmSync(scratch, { recursive: true, force: true })

if (total.faults.length > 0) say('What failed beside single tests:')
for (const fault of total.faults) console.log(`  - ${fault}`)
say(`Done in ${Math.round((Date.now() - startedAt) / 1000)} s.`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = interruptedBy() ?? (total.failed > 0 ? 1 : 0)

/** @returns {Promise<Count[]>} */
async function everything(/** @type {string | undefined} */ only, /** @type {string[]} */ args) {
  if (!(await installWhenNeeded())) return [countOne(false, 'the dependencies are not installed')]
  const env = await withTools({
    ...process.env,
    ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }),
  })
  const counts = []
  // First, as `npm start` does: a build that needs what a check leaves would fail on a new clone.
  if (only !== 'check' && only !== 'sim') {
    counts.push(countOne(await buildAll(), 'an app could not be built'))
  }
  if (interrupted()) return [...counts, ...interruption()]
  if (only === undefined || only === 'check') counts.push(...(await staticChecks(env)))
  if (only === 'check') return [...counts, ...interruption()]
  if (only !== 'unit' && only !== 'e2e' && !interrupted()) counts.push(await simulatedWorlds(env))
  if (only === 'sim') return [...counts, ...interruption()]
  if (!interrupted()) counts.push(...(await testsWithServices(env, only, args)))
  return [...counts, ...interruption()]
}

/** Runs every `check:…` script of package.json, each counting as one, also after one has failed. */
async function staticChecks(/** @type {NodeJS.ProcessEnv} */ env) {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const counts = []
  for (const [name, line] of Object.entries(scripts)) {
    if (!name.startsWith('check:') || interrupted()) continue
    say(`Static check ${name}: ${line}`)
    const { code } = await runCommand({ program: String(line), shell: true, cwd: root, env })
    counts.push(countOne(code === 0, `${name} ended with code ${code}: see "${line}" above`))
  }
  return counts.length > 0 ? counts : [countOne(false, 'package.json names no static check')]
}

/** Its own part: it needs no service, and both cores for as long as it takes. */
async function simulatedWorlds(/** @type {NodeJS.ProcessEnv} */ env) {
  say(`Living through ${seeds} simulated worlds (pnpm sim).`)
  const args = ['packages/sim/bin/sim.mjs', '--seeds', `${seeds}`]
  const { code } = await runCommand({ program: process.execPath, args, cwd: root, env })
  return countOne(code === 0, `pnpm sim --seeds ${seeds} ended with code ${code}: see above`)
}

/** @returns {Promise<Count[]>} */
async function testsWithServices(
  /** @type {NodeJS.ProcessEnv} */ env,
  /** @type {string | undefined} */ only,
  /** @type {string[]} */ args,
) {
  const counts = await withServices('test', env, async (testEnv) => {
    const done = []
    if (only !== 'e2e' && !interrupted()) done.push(await unitTests(testEnv, args))
    if (only !== 'unit' && !interrupted()) done.push(await browserTests(testEnv, args))
    return done
  })
  return counts ?? [countOne(false, 'the services that the tests need could not be had')]
}

/** @returns {Promise<Count>} */
async function unitTests(/** @type {NodeJS.ProcessEnv} */ env, /** @type {string[]} */ args) {
  say('Running the tests of all packages and apps (vitest).')
  const report = join(scratch, 'vitest.json')
  const fixed = ['run', '--config', 'packages/tooling/vitest.config.ts', '--reporter=default']
  const reporters = ['--reporter=json', `--outputFile.json=${report}`]
  const command = { program: 'vitest', args: [...fixed, ...reporters, ...args], cwd: root, env }
  const { code } = await runCommand(command)
  return countVitest(readReport(report), code)
}

/** @returns {Promise<Count>} */
async function browserTests(/** @type {NodeJS.ProcessEnv} */ env, /** @type {string[]} */ args) {
  say('Running the whole path in a real Chromium (playwright).')
  const report = join(scratch, 'playwright.json')
  const { code } = await runCommand({
    program: 'playwright',
    args: ['test', '--reporter=list,json', ...args],
    cwd: root,
    env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
  })
  return countPlaywright(readReport(report), code)
}

/** @returns {string | null} */
function readReport(/** @type {string} */ file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

function interrupted() {
  return interruptedBy() !== null
}

function interruption() {
  return interrupted() ? [countOne(false, 'the run was interrupted by a signal')] : []
}
