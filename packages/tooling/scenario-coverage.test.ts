import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const packages = join(import.meta.dirname, '..')
/** The table-driven suites: text of a code, decide and reconcile, whole gates. */
const suites = [
  'token/src/scenarios.test.ts',
  ...readdirSync(join(packages, 'domain/src/scenarios')).map(
    (file) => `domain/src/scenarios/${file}`,
  ),
  'sync/src/scenarios.test.ts',
]
const rows = new Set(
  suites.flatMap((path) =>
    [...readFileSync(join(packages, path), 'utf8').matchAll(/\b(?:no|row): '(\d+a?)'/g)].map(
      (match) => String(match[1]),
    ),
  ),
)

test('each scenario from the field, 1 to 41 and 18a, is a row of a suite', () => {
  const wanted = [...Array.from({ length: 41 }, (_, at) => String(at + 1)), '18a']
  expect(wanted.filter((no) => !rows.has(no))).toEqual([])
})
