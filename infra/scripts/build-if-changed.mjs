// @ts-check
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder, root, withTools } from './install.mjs'
import { runCommand, say } from './run-command.mjs'

/**
 * @typedef {object} Build
 * @property {string} name
 * @property {string} folder where the app lives, from the root
 * @property {string} made a file that a finished build leaves, from the app's folder
 */

/** @type {readonly Build[]} */
export const builds = [
  { name: 'door', folder: 'apps/door', made: 'dist/index.html' },
  { name: 'admin', folder: 'apps/admin', made: '.next/BUILD_ID' },
]

const ignoredFolders = ['node_modules', 'dist', '.next', 'e2e', 'test-results', '.eventpass']
const ignoredFiles = /(\.(test|contract|fake)\.tsx?|\.tsbuildinfo|\.md|next-env\.d\.ts)$/

/**
 * Builds an app by the `build` script of its package.json, unless its sources, those of the
 * workspace packages under it and the lockfile are the ones of its last build. Returns whether a
 * usable build is there.
 *
 * @param {Build} build
 * @returns {Promise<boolean>}
 */
export async function buildIfChanged({ name, folder, made }) {
  const stampFile = join(cacheFolder, `built-${name}`)
  const key = sourceKey(root, folder)
  const madeFile = join(root, folder, made)
  if (existsSync(madeFile) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === key) {
    say(`The ${name} app is built already and nothing in it has changed.`)
    return true
  }
  say(`Building the ${name} app.`)
  const { code } = await runCommand({
    program: readManifest(join(root, folder)).scripts?.build ?? 'echo "no build script"; exit 1',
    shell: true,
    cwd: join(root, folder),
    env: await appTools(folder),
  })
  if (code !== 0 || !existsSync(madeFile)) {
    const fault = code !== 0 ? `ended with code ${code}` : `left no ${made}`
    console.error(`The build of ${folder} ${fault}: its lines above say why.`)
    return false
  }
  mkdirSync(cacheFolder, { recursive: true })
  writeFileSync(stampFile, key)
  return true
}

/**
 * A digest of everything that a build of the app reads: the files of its folder and of the
 * workspace packages it depends on, the shared compiler settings, the lockfile and Node. Tests and
 * documents do not count.
 *
 * @param {string} top the folder of the workspace
 * @param {string} folder the app's, from there
 * @returns {string} in hex
 */
export function sourceKey(top, folder) {
  const hash = createHash('sha256').update(process.version)
  hash.update(readFileSync(join(top, 'pnpm-lock.yaml')))
  const folders = [...workspaceClosure(join(top, folder)), join(top, 'packages/tooling/tsconfig')]
  for (const path of folders.flatMap(filesIn).sort()) {
    const bytes = readFileSync(path)
    hash.update(`${relative(top, path)}\0${bytes.length}\0`).update(bytes)
  }
  return hash.digest('hex')
}

/** @returns {string[]} the folder itself and those of all workspace packages below it, sorted */
function workspaceClosure(/** @type {string} */ folder) {
  const found = new Set([folder])
  for (const each of found) {
    const { dependencies = {}, devDependencies = {} } = readManifest(each)
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      const link = join(each, 'node_modules', name)
      const isOurs = String(version).startsWith('workspace:') && name !== '@eventpass/tooling'
      if (isOurs && existsSync(link)) found.add(realpathSync(link))
    }
  }
  return [...found].sort()
}

/** @returns {string[]} */
function filesIn(/** @type {string} */ folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return ignoredFolders.includes(entry.name) ? [] : filesIn(path)
    return entry.isFile() && !ignoredFiles.test(entry.name) ? [path] : []
  })
}

/** @returns {Promise<NodeJS.ProcessEnv>} */
async function appTools(/** @type {string} */ folder) {
  const env = await withTools({ ...process.env, NEXT_TELEMETRY_DISABLED: '1' })
  return { ...env, PATH: `${join(root, folder, 'node_modules/.bin')}:${env.PATH}` }
}

/** @returns {{ scripts?: Record<string, string>, dependencies?: Record<string, string>, devDependencies?: Record<string, string> }} */
function readManifest(/** @type {string} */ folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}

/** Builds all apps whose sources changed, one after the other, and says whether all are usable. */
export async function buildAll() {
  let ok = true
  for (const build of builds) ok = (await buildIfChanged(build)) && ok
  return ok
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = (await buildAll()) ? 0 : 1
}
