// @ts-check
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand, say } from './run-command.mjs'

const nodeMin = [20, 19]

export const root = fileURLToPath(new URL('../..', import.meta.url))
export const cacheFolder = join(root, 'node_modules/.cache/eventpass')
const stampFile = join(cacheFolder, 'installed')

/**
 * Puts the locked dependencies in place, with the pnpm that package.json pins, unless they are there
 * already. Returns false after having said why, when it cannot be done.
 *
 * @returns {Promise<boolean>}
 */
export async function installWhenNeeded() {
  if (!isNodeNewEnough(process.versions.node)) {
    console.error(
      `EventPass needs Node ${nodeMin.join('.')} or newer and this is ${process.versions.node}: install a newer Node, then run this again.`,
    )
    return false
  }
  const wanted = installKey()
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) {
    say('The dependencies are as the lockfile says: nothing to install.')
    return true
  }
  const pnpm = await findPnpm()
  say('Installing the dependencies that the lockfile names (the first time takes a minute or two).')
  const { code } = await runCommand({
    program: pnpm.program,
    args: [...pnpm.args, 'install', '--frozen-lockfile', '--config.confirm-modules-purge=false'],
    cwd: root,
  })
  if (code !== 0) {
    console.error(
      `pnpm install ended with code ${code}: read its lines above, check that the npm registry can be reached, then run this again.`,
    )
    return false
  }
  mkdirSync(cacheFolder, { recursive: true })
  writeFileSync(stampFile, wanted)
  return true
}

/**
 * The environment in which the project's own tools and the pinned pnpm are found by their names. A
 * machine without that pnpm gets a small stand-in that fetches it when it is called.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<NodeJS.ProcessEnv>}
 */
export async function withTools(env) {
  const folders = [join(root, 'node_modules/.bin'), env.PATH ?? '']
  if ((await installedPnpm()) !== pinnedPnpm()) {
    const standIn = join(cacheFolder, 'bin/pnpm')
    mkdirSync(dirname(standIn), { recursive: true })
    writeFileSync(standIn, `#!/bin/sh\nexec npx -y pnpm@${pinnedPnpm()} "$@"\n`)
    chmodSync(standIn, 0o755)
    folders.unshift(dirname(standIn))
  }
  return { ...env, PATH: folders.join(delimiter) }
}

/** Whether a version of Node, such as `20.19.0`, is one that the project supports. */
export function isNodeNewEnough(/** @type {string} */ version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [majorMin = 0, minorMin = 0] = nodeMin
  return major > majorMin || (major === majorMin && minor >= minorMin)
}

/** @returns {Promise<{ program: string, args: string[] }>} */
async function findPnpm() {
  const wanted = pinnedPnpm()
  const installed = await installedPnpm()
  if (installed === wanted) return { program: 'pnpm', args: [] }
  say(
    `This machine has ${installed ? `pnpm ${installed}` : 'no pnpm'}: fetching pnpm ${wanted} with npx.`,
  )
  return { program: 'npx', args: ['-y', `pnpm@${wanted}`] }
}

/** The version of the machine's own pnpm, or null. Asked for outside the project, where no pin changes the answer. */
async function installedPnpm() {
  const { code, output } = await runCommand({
    program: 'pnpm',
    args: ['--version'],
    cwd: tmpdir(),
    env: { ...process.env, COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' },
    quiet: true,
  })
  return code === 0 ? output.trim() : null
}

function pinnedPnpm() {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return String(manifest.packageManager)
    .replace(/^pnpm@/, '')
    .replace(/[+].*$/, '')
}

/** What an install depends on: another lockfile, another setting or another Node means another install. */
function installKey() {
  const hash = createHash('sha256')
  for (const name of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) {
    hash.update(readFileSync(join(root, name)))
  }
  return `${hash.digest('hex')} node-abi-${process.versions.modules}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = (await installWhenNeeded()) ? 0 : 1
}
