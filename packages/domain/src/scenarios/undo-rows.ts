import type { Scenario } from './steps.ts'

export const others: readonly Scenario[] = [
  {
    no: '39',
    title: 'undone by the same device within 15 minutes, a ticket is free again',
    drives: 'decide, reconcile',
    steps: [
      { scan: 'T', gives: 'admit' },
      { undo: 1, afterMs: 15 * 60_000, gives: 'admit' },
      { push: 'D1' },
      { ruled: { rulings: ['voided'], slots: 0, peopleInside: 0 } },
      { scan: 'T', gives: 'admit' },
      { undo: 1, gives: 'refuse not_undoable' },
    ],
    recorded: ['admit', 'admit', 'admit', 'refuse not_undoable'],
  },
  {
    no: '39',
    title: 'after 15 minutes, or by another device, an undo is refused and logged',
    drives: 'decide, reconcile',
    steps: [
      { scan: 'T', gives: 'admit' },
      { undo: 1, on: 'D2', gives: 'refuse not_undoable' },
      { undo: 1, afterMs: 14 * 60_000 + 1, gives: 'refuse not_undoable' },
      { scan: 'T', gives: 'refuse used' },
      { push: 'D1' },
      { push: 'D2' },
      { ruled: { rulings: ['confirmed'], slots: 1, peopleInside: 1 } },
    ],
    recorded: ['admit', 'refuse not_undoable', 'refuse not_undoable', 'refuse used'],
  },
  {
    no: '39',
    title: 'a supervisor undoes at any time and anywhere, with a reason',
    drives: 'decide, reconcile',
    steps: [
      { scan: 'T', gives: 'admit' },
      { push: 'D1' },
      { pull: 'D2' },
      { undo: 1, on: 'D2', supervisor: '', afterMs: 3_600_000, gives: 'refuse not_undoable' },
      { undo: 1, on: 'D2', supervisor: 'Wrong guest', gives: 'admit' },
      { scan: 'T', on: 'D2', gives: 'admit' },
      { push: 'D2' },
      { ruled: { rulings: ['voided', 'confirmed'], slots: 1, peopleInside: 1, incidents: [] } },
    ],
  },
  {
    no: '41',
    title: 'with clocks 7 minutes fast and 4 slow the truly earlier wins; raw times are kept',
    drives: 'decide, reconcile',
    given: { clocks: { D1: 7, D2: -4 } },
    steps: [
      { scan: 'T', on: 'D1', gives: 'admit' },
      { scan: 'T', on: 'D2', gives: 'admit' },
      { push: 'D2' },
      { push: 'D1' },
      {
        ruled: {
          winner: 'D1',
          rulings: ['superseded', 'confirmed'],
          skewMinutes: [-4, 7],
          incidents: ['double_admission open, 2 scans'],
        },
      },
    ],
  },
  {
    no: '47',
    title: 'a gift handed out at two desks offline: one honoured, one incident, counted once',
    drives: 'decide, reconcile',
    given: { list: { name: 'Gift desk', counting: 'once', reEntry: false, gives: 'gift' } },
    steps: [
      { scan: 'T', on: 'D1', gives: 'admit' },
      { scan: 'T', on: 'D2', gives: 'admit' },
      { push: 'D1' },
      { push: 'D2' },
      {
        ruled: {
          slots: 1,
          winner: 'D1',
          inviteesInside: 0,
          rulings: ['confirmed', 'superseded'],
          incidents: ['double_gift open, 2 scans'],
        },
      },
      { pull: 'D3' },
      { scan: 'T', on: 'D3', gives: 'refuse used', shows: { earlierGate: 'North' } },
    ],
  },
]
