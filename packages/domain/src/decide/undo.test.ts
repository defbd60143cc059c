import { expect, test } from 'vitest'
import type { InviteeNo } from '../ids.ts'
import { VOID_MS_MAX } from '../reconcile/voids.ts'
import { MINUTE_MS } from './testing.ts'
import { decideUndo, type UndoInput, type UndoTarget } from './undo.ts'

const target: UndoTarget = {
  act: 'entry',
  verdict: 'admit',
  invitee: 7 as InviteeNo,
  voided: false,
  own: true,
  agoMs: 2 * MINUTE_MS,
}

function undo(of: Partial<UndoTarget> | null, by: Partial<UndoInput> = {}) {
  return decideUndo({
    target: of && { ...target, ...of },
    role: 'steward',
    pinOk: false,
    note: null,
    tier: 'replica',
    replicaAgeMs: 5_000,
    revision: 3,
    ...by,
  })
}

test('[LG6] the device that admitted undoes by itself for 15 minutes', () => {
  expect(undo({ agoMs: VOID_MS_MAX })).toMatchObject({ kind: 'admit', reason: null, invitee: 7 })
  expect(undo({ agoMs: VOID_MS_MAX + 1 })).toMatchObject({
    kind: 'refuse',
    reason: 'not_undoable',
    explanation: 'More than 15 minutes have gone by: ask a supervisor.',
  })
  expect(undo({ agoMs: null }).kind).toBe('refuse')
  expect(undo({ agoMs: -1 }).kind).toBe('refuse')
  expect(undo({ own: false }).explanation).toBe('Another device made that scan: ask a supervisor.')
})

test('[LG6] a supervisor undoes any admit at any time, with a reason', () => {
  const old = { own: false, agoMs: null }
  expect(undo(old, { role: 'supervisor', note: 'Wrong guest' }).kind).toBe('admit')
  expect(undo(old, { pinOk: true, note: 'Wrong guest' }).kind).toBe('admit')
  expect(undo({}, { role: 'supervisor', note: ' ' })).toMatchObject({
    kind: 'refuse',
    explanation: 'A supervisor who undoes a scan gives a reason.',
  })
  expect(undo({ act: 'exit' }).kind).toBe('admit')
})

test('[LG6] there is nothing to undo in what let nobody in or out, is undone, or is not known', () => {
  const by = { role: 'supervisor', note: 'Wrong guest' } as const
  expect(undo({ verdict: 'refuse' }, by).kind).toBe('refuse')
  expect(undo({ verdict: 'attention' }, by).kind).toBe('refuse')
  expect(undo({ act: 'void' }, by).kind).toBe('refuse')
  expect(undo({ voided: true }, by).explanation).toBe('That scan is undone already.')
  expect(undo(null, by)).toMatchObject({ kind: 'refuse', invitee: null })
})
