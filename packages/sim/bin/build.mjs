// @ts-check
import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const sim = dirname(dirname(fileURLToPath(import.meta.url)))
const packages = dirname(sim)

/**
 * A deliberate breakage: in `file` (below `packages`) the text `find` stands once and becomes `put`.
 *
 * @typedef {{ readonly file: string, readonly find: string, readonly put: string }} Patch
 */

/**
 * Translates the simulator with all the code that it runs into one file, patched on the way.
 *
 * A patch that no longer fits stops the build: a breakage that breaks nothing proves nothing.
 *
 * @param {string} name
 * @param {readonly Patch[]} patches
 * @returns {Promise<string>} the file
 */
export async function buildSimulator(name, patches = []) {
  const folder = join(sim, 'node_modules/.cache/sim')
  mkdirSync(folder, { recursive: true })
  const outfile = join(folder, `${name}.mjs`)
  /** @type {Set<string>} */
  const patched = new Set()
  await build({
    entryPoints: [join(sim, 'src/main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    sourcesContent: false,
    logLevel: 'error',
    // What is bundled from CommonJS may still ask for a module of Node.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    plugins: [
      {
        name: 'patches',
        setup({ onLoad }) {
          onLoad({ filter: /\/packages\/[^/]+\/src\/.*\.ts$/ }, async ({ path }) => {
            const own = patches.filter(({ file }) => file === relative(packages, path))
            if (own.length === 0) return null
            let contents = await readFile(path, 'utf8')
            for (const patch of own) {
              if (contents.split(patch.find).length !== 2) {
                throw new Error(`${patch.file} does not hold this once: ${patch.find}`)
              }
              contents = contents.replace(patch.find, () => patch.put)
              patched.add(JSON.stringify(patch))
            }
            return { contents, loader: 'ts' }
          })
        },
      },
    ],
  })
  if (patched.size !== patches.length) {
    throw new Error(`A patch of ${name} names a file that the simulator does not run.`)
  }
  return outfile
}
