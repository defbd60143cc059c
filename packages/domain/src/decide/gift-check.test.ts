import { expect, test } from 'vitest'
import type { CheckInList } from '../manifest.ts'
import { decide } from './decide.ts'
import { aFrame, anInput, aUse, goodForce, MINUTE_MS } from './testing.ts'

const desk = aFrame({ counting: 'once', gives: 'gift' })

test('[GF1] a gift is handed out once, and an exit brings none back', () => {
  expect(decide(anInput({ frame: desk }))).toMatchObject({ kind: 'admit', reason: null })
  const uses = [aUse('first', 5 * MINUTE_MS)]
  expect(decide(anInput({ frame: desk, uses }))).toMatchObject({ kind: 'refuse', reason: 'used' })
  const exit = decide(anInput({ frame: desk, uses, act: 'exit' }))
  expect(exit).toMatchObject({ kind: 'refuse', reason: 'rules' })
  expect(exit.explanation).toContain('undo')
})

test('[GF1] what a list gives must be readable, and a gift counts once', () => {
  const strange = { counting: 'once', gives: 'hugs' } as unknown as Partial<CheckInList>
  for (const list of [strange, { counting: 'many', gives: 'gift' } as const]) {
    expect(decide(anInput({ frame: aFrame(list) }))).toMatchObject({
      kind: 'refuse',
      reason: 'rules',
    })
  }
})

test('[GF1] where the stock is counted and none is left nobody can insist on one', () => {
  const left = (giftsLeft: number | null) => decide(anInput({ frame: desk, giftsLeft })).kind
  expect([left(1), left(null), left(0)]).toEqual(['admit', 'admit', 'refuse'])
  const forced = decide(anInput({ frame: desk, giftsLeft: 0, force: goodForce }))
  expect(forced).toMatchObject({ kind: 'refuse', reason: 'rules' })
  // Whoever has one already is told so, not that none are left.
  const uses = [aUse('first', 5 * MINUTE_MS)]
  expect(decide(anInput({ frame: desk, giftsLeft: 0, uses })).reason).toBe('used')
})
