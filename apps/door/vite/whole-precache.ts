import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin, ResolvedConfig } from 'vite'

/**
 * Fails the build where the service worker would not keep a file that was built (DR11).
 *
 * Workbox leaves out what is too large or matches no pattern with a mere warning; the door would
 * then work in the office and not at the gate. Put this plugin after the one that writes the worker.
 */
export function wholePrecache(workerFile: string): Plugin {
  let config: ResolvedConfig
  return {
    name: 'whole-precache',
    apply: 'build',
    configResolved(resolved) {
      config = resolved
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      handler() {
        const folder = join(config.root, config.build.outDir)
        const missing = filesMissing(folder, workerFile)
        if (missing.length > 0) {
          throw new Error(
            `The service worker does not keep ${missing.join(', ')}: offline the door would lack them.`,
          )
        }
      },
    },
  }
}

function filesMissing(folder: string, workerFile: string): string[] {
  const worker = readFileSync(join(folder, workerFile), 'utf8')
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
  return files.filter((file) => file !== workerFile && !worker.includes(`"${file}"`))
}
