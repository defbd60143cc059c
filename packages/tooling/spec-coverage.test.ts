import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const homes = [
  ...['packages', 'apps'].flatMap((top) =>
    readdirSync(join(root, top)).map((name) => join(root, top, name)),
  ),
  join(root, 'plan'),
]

const rulesWritten = homes
  .map((home) => join(home, 'SPEC.md'))
  .filter((path) => existsSync(path))
  .flatMap((path) => idsIn(path, /\*\*([A-Z]{2}\d+)\*\*/g))

const rulesProved = homes
  .flatMap((home) => [join(home, 'src'), join(home, 'e2e'), join(home, 'history')])
  .filter((folder) => existsSync(folder))
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((p) => join(folder, p)),
  )
  .filter((path) => /[.](test|contract|spec)[.]tsx?$/.test(path))
  .flatMap((path) => idsIn(path, /\[([A-Z]{2}\d+)\]/g))

test('every rule in a SPEC.md has a test, and every rule that a test names is written', () => {
  expect([...new Set(rulesProved)].sort()).toEqual([...new Set(rulesWritten)].sort())
})

test('every rule is written in one place only', () => {
  expect(rulesWritten.filter((id, at) => rulesWritten.indexOf(id) !== at)).toEqual([])
})

function idsIn(path: string, mark: RegExp): string[] {
  return [...readFileSync(path, 'utf8').matchAll(mark)].map((match) => String(match[1]))
}
