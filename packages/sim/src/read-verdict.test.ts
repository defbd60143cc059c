/**
 * Goal: a breakage counts as noticed only where the check that should notice it did.
 * Method: what the simulator prints, with how it ends.
 */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { mutants } from '../bin/mutants-list.mjs'
import { readVerdict } from '../bin/read-verdict.mjs'

test('[SM5] caught, survived and crashed are told apart by words and exit code together', () => {
  const caught = 'seed 12: once: central holds a twice\n'
  const survived = 'No seed failed once; 3 failed another check. seed 4: lost: it is gone\n'
  expect(readVerdict(caught, 1)).toMatchObject({ kind: 'caught', told: 'seed 12 by once' })
  expect(readVerdict(survived, 0)).toMatchObject({ kind: 'survived', otherwise: 3 })
  expect(readVerdict('No seed failed once; 0 failed another check.\n', 0)).toMatchObject({
    ...{ kind: 'survived', told: 'SURVIVED' },
  })
  expect(readVerdict('', 1).kind).toBe('crashed')
  expect(readVerdict(caught, null).kind).toBe('crashed')
  expect(readVerdict('100 of 200 seeds, 0 failed\n', 134)).toMatchObject({ kind: 'crashed' })
})

test('[SM5] every breakage still finds the one place that it breaks', () => {
  const packages = new URL('../../', import.meta.url)
  for (const { name, patches } of mutants) {
    for (const { file, find } of patches) {
      const pieces = readFileSync(new URL(file, packages), 'utf8').split(find)
      expect(pieces, `${name}: ${find}`).toHaveLength(2)
    }
  }
})
