// @ts-check
import { createHash } from 'node:crypto'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/**
 * Runs the command line from its TypeScript source, translated into a few files and kept.
 *
 * Translating fifty modules at each start takes longer than most commands, and `ai status` is to
 * answer in less than a second. What was kept is used only while every file that went into it
 * has the size and the time that it had then; so it is never older than the code.
 */

const cli = dirname(dirname(fileURLToPath(import.meta.url)))
const cache = join(cli, 'node_modules/.cache/eventpass')
const stampFile = join(cache, 'stamp.json')

/** Builds that nobody has started for this long are removed. */
const keptMs = 24 * 60 * 60 * 1000

/** @typedef {{ main: string, inputs: Record<string, string> }} Stamp */

export async function loadCli() {
  const stamp = readStamp()
  const main = stamp !== null && isFresh(stamp) ? stamp.main : await translate()
  await import(pathToFileURL(join(cache, main)).href)
}

/** @returns {Stamp | null} */
function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'))
  } catch {
    return null
  }
}

/** @param {Stamp} stamp */
function isFresh({ main, inputs }) {
  const kept = Object.entries(inputs)
  return markOf(join(cache, main)) !== '' && kept.every(([path, mark]) => markOf(path) === mark)
}

/** The size and the time of a file; nothing where there is none. @param {string} path */
function markOf(path) {
  const found = statSync(path, { throwIfNoEntry: false })
  return found ? `${found.size}:${found.mtimeMs}` : ''
}

/** Translates anew, and says where the entry is. Two at once make two equal builds. */
async function translate() {
  const { build } = await import('esbuild')
  const { metafile, outputFiles } = await build({
    entryPoints: [join(cli, 'src/main.ts')],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'linked',
    metafile: true,
    write: false,
    outdir: 'out',
    absWorkingDir: cli,
    plugins: [ownCodeOnly],
  })
  const inputs = Object.fromEntries(
    Object.keys(metafile.inputs)
      .map((path) => resolve(cli, path))
      .flatMap((path) => [path, ...manifestsOf(path)])
      .map((path) => [path, markOf(path)]),
  )
  const hash = createHash('sha256')
  for (const { contents } of outputFiles) hash.update(contents)
  const folder = `build-${hash.digest('hex').slice(0, 16)}`
  mkdirSync(join(cache, folder), { recursive: true })
  for (const { path, contents } of outputFiles) {
    replace(join(cache, folder, path.slice(join(cli, 'out').length + 1)), contents)
  }
  const main = `${folder}/main.js`
  replace(stampFile, JSON.stringify({ main, inputs }))
  removeOld(folder)
  return main
}

/**
 * Packages from npm stay where they are; only code of this repository is translated. Where a module
 * asks for its own place it is told that of its source.
 *
 * @type {import('esbuild').Plugin}
 */
const ownCodeOnly = {
  name: 'own-code-only',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === 'asked' || path.startsWith('node:')) return undefined
      const { kind, resolveDir, importer } = from
      const found = await build.resolve(path, { kind, resolveDir, importer, pluginData: 'asked' })
      if (found.errors.length > 0 || !found.path.includes('/node_modules/')) return found
      return { path: pathToFileURL(found.path).href, external: true }
    })
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8')
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
        .replaceAll('import.meta.filename', JSON.stringify(path))
      return { contents, loader: 'ts' }
    })
  },
}

/** The manifests above a file, since they say what its imports mean. @param {string} path */
function manifestsOf(path) {
  const folders = [dirname(path), dirname(dirname(path)), dirname(dirname(dirname(path)))]
  return folders.map((folder) => join(folder, 'package.json'))
}

/** @param {string} path @param {string | Uint8Array} contents */
function replace(path, contents) {
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, contents)
  renameSync(temporary, path)
}

/** @param {string} current */
function removeOld(current) {
  for (const name of readdirSync(cache)) {
    const path = join(cache, name)
    const isOld = Date.now() - statSync(path).mtimeMs > keptMs
    if (name.startsWith('build-') && name !== current && isOld) {
      rmSync(path, { recursive: true, force: true })
    }
  }
}
