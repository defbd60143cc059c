/** How long a person waits for `ai status`: one JSON line a figure, code 1 where a bar is missed. */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { atMost, median, printFigure, recorded } from '@eventpass/tooling/bench'

const repository = join(import.meta.dirname, '../../..')
const program = join(repository, 'apps/cli/bin/eventpass.mjs')
const translated = join(repository, 'apps/cli/node_modules/.cache/eventpass')
const startsMax = 9
const waitMaxMs = 1_000

const first = [1, 2, 3].map(() => {
  rmSync(translated, { recursive: true, force: true })
  return timed(process.execPath, program, 'ai', 'status')
})
const later = repeated(process.execPath, program, 'ai', 'status')
const bare = repeated(process.execPath, '-e', '0')
const byPnpm = repeated('pnpm', '--silent', 'ai:status')
const pnpmAlone = repeated('pnpm', '--version')

printFigure(
  atMost('ai status, first start after a change of its code', median(first), 'ms', waitMaxMs),
)
printFigure(atMost('ai status', median(later), 'ms', waitMaxMs))
printFigure(recorded('node that does nothing', median(bare), 'ms'))
printFigure(recorded('pnpm ai:status', median(byPnpm), 'ms'))
printFigure(recorded('pnpm that tells its version', median(pnpmAlone), 'ms'))

function repeated(command: string, ...words: string[]): number[] {
  return Array.from({ length: startsMax }, () => timed(command, ...words))
}

function timed(command: string, ...words: string[]): number {
  const before = performance.now()
  const { status, stderr } = spawnSync(command, words, { cwd: repository, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${words.join(' ')} ended with ${status}: ${stderr}`)
  return performance.now() - before
}
