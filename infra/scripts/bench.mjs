// @ts-check
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { buildAll } from './build-if-changed.mjs'
import { installWhenNeeded, root, withTools } from './install.mjs'
import { runCommand, say } from './run-command.mjs'
import { endOnSignal, interruptedBy, withServices } from './with-services.mjs'

/**
 * `pnpm bench`: measures what every package and app with a `bench/main.ts` measures, and prints one
 * line of JSON a figure; exits non-zero where a bar is missed. `pnpm bench door replica` runs parts.
 */
const parts = ['packages', 'apps'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .map((name) => ({ name, main: join(folder, name, 'bench/main.ts') }))
    .filter(({ main }) => existsSync(join(root, main))),
)

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !parts.some((part) => part.name === name))
if (unknown.length > 0) {
  const names = parts.map(({ name }) => name).join(', ')
  console.error(`There is no bench "${unknown.join(', ')}": say ${names}, or nothing for all.`)
  process.exit(2)
}
endOnSignal()
const missed = await bench(parts.filter(({ name }) => asked.length === 0 || asked.includes(name)))
if (missed.length > 0)
  console.error(`\nA bar was missed, or the bench failed: ${missed.join(', ')}.`)
process.exitCode = interruptedBy() ?? (missed.length > 0 ? 1 : 0)

/** Runs one after the other, since two at once would measure each other. Answers the names that failed. */
async function bench(/** @type {typeof parts} */ chosen) {
  const names = chosen.map(({ name }) => name)
  if (!(await installWhenNeeded()) || !(await buildAll())) return names
  const env = await withTools(process.env)
  const failed = await withServices('bench', env, async (benchEnv) => {
    const without = []
    for (const { name, main } of chosen) {
      if (interruptedBy() !== null) break
      say(`Measuring ${name}.`)
      const { code } = await runCommand({
        program: process.execPath,
        args: ['--import', 'tsx', main],
        cwd: root,
        env: benchEnv,
      })
      if (code !== 0) without.push(name)
    }
    return without
  })
  return failed ?? names
}
