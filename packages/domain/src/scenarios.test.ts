/**
 * Scenarios from the field as data: given a venue, when this happens, then that
 * is shown and recorded. Numbers are those of the field list; rows that need the
 * text of a code are in the token package, rows of the wire in sync.
 */
import { describe, expect, test } from 'vitest'
import { duplicates, pushes } from './scenarios/duplicate-rows.ts'
import { validity } from './scenarios/entry-rows.ts'
import { rules, unlisted } from './scenarios/rule-rows.ts'
import { others } from './scenarios/undo-rows.ts'
import { START_MS } from './scenarios/venue.ts'
import { createWorld } from './scenarios/world.ts'

const chapters = { validity, duplicates, pushes, unlisted, rules, others }

describe.each(Object.entries(chapters))('%s', (_, scenarios) => {
  const rows = scenarios.map((row) => [`${row.no} ${row.title} (${row.drives})`, row] as const)

  test.each(rows)('%s', (_title, { given, steps, recorded }) => {
    const world = createWorld(given)
    for (const step of steps) {
      const outcome = world.run(step)
      if ('gives' in step) expect(outcome.gives, JSON.stringify(step)).toBe(step.gives)
      if ('shows' in step) expect(outcome.shows).toMatchObject({ ...step.shows })
      if ('ruled' in step) expect(outcome.ruled).toMatchObject(step.ruled)
    }
    if (recorded) expect(world.recorded()).toEqual(recorded)
  })
})

test('21 forceSent is stored always, forced only where it was needed', () => {
  const world = createWorld()
  world.run({ scan: 'T', forced: true, gives: 'admit' })
  world.run({ scan: 'T', forced: true, gives: 'admit used, forced' })
  expect(world.bodies().map(({ forceSent, forced }) => ({ forceSent, forced }))).toEqual([
    { forceSent: true, forced: false },
    { forceSent: true, forced: true },
  ])
})

test('41 times are stored as the tablets had them', () => {
  const world = createWorld({ clocks: { D1: 7, D2: -4 } })
  world.run({ scan: 'T', on: 'D1', gives: 'admit' })
  world.run({ scan: 'T', on: 'D2', gives: 'admit' })
  const minutes = world.bodies().map(({ wallMs }) => (wallMs - START_MS) / 60_000)
  expect(minutes).toEqual([8, -2])
})

test('36 the answered scan names the attention that asked', () => {
  const world = createWorld({ list: { question: 'Over 18?' } })
  world.run({ scan: 'T', gives: 'attention question' })
  world.run({ scan: 'T', says: 'Yes', confirms: true, gives: 'admit' })
  expect(world.bodies().map(({ answers }) => answers)).toEqual([null, 'scan-1'])
})
