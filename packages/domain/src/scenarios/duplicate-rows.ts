import type { Scenario } from './steps.ts'

export const duplicates: readonly Scenario[] = [
  {
    no: '11',
    title: 'a ticket used by synced data is refused with first time and gate',
    drives: 'decide',
    steps: [
      { scan: 'T', on: 'D2', gives: 'admit' },
      { push: 'D2' },
      { pull: 'D1' },
      { scan: 'T', gives: 'refuse used', shows: { earlierGate: 'South', earlierMinutesAgo: 1 } },
      { scan: 'T', gives: 'refuse used', shows: { earlierGate: 'South', earlierMinutesAgo: 2 } },
    ],
  },
  {
    no: '12',
    title: 'admitted on D1 and again on D1 before any sync: one admission is queued',
    drives: 'decide',
    steps: [
      { scan: 'T', gives: 'admit' },
      { scan: 'T', gives: 'refuse used', shows: { earlierGate: 'North', earlierMinutesAgo: 1 } },
    ],
    recorded: ['admit', 'refuse used'],
  },
  {
    no: '13',
    title: 'used on another list, a ticket is free on this one',
    drives: 'decide',
    steps: [
      { scan: 'T', list: 'L2', gives: 'admit' },
      { scan: 'T', gives: 'admit' },
    ],
  },
  {
    no: '14',
    title: 'a list that allows many entries admits twice',
    drives: 'decide',
    given: { list: { counting: 'many' } },
    steps: [
      { scan: 'T', gives: 'admit' },
      { scan: 'T', gives: 'admit' },
    ],
  },
  {
    no: '15',
    title: 'entry, exit, exit: all stand',
    drives: 'decide, reconcile',
    steps: [
      { scan: 'T', gives: 'admit' },
      { scan: 'T', act: 'exit', gives: 'admit' },
      { scan: 'T', act: 'exit', gives: 'admit' },
      { push: 'D1' },
      {
        ruled: { rulings: ['confirmed', 'confirmed', 'confirmed'], peopleInside: 0, incidents: [] },
      },
    ],
  },
  {
    no: '16',
    title: 'entry, exit, entry, entry: the last is used',
    drives: 'decide',
    steps: [
      { scan: 'T', gives: 'admit' },
      { scan: 'T', act: 'exit', gives: 'admit' },
      { scan: 'T', gives: 'admit' },
      { scan: 'T', gives: 'refuse used', shows: { earlierMinutesAgo: 1 } },
    ],
  },
  {
    no: '17',
    title: 'without re-entry, entry, exit, entry: the third is used',
    drives: 'decide',
    given: { list: { reEntry: false } },
    steps: [
      { scan: 'T', gives: 'admit' },
      { scan: 'T', act: 'exit', gives: 'admit' },
      { scan: 'T', gives: 'refuse used' },
    ],
  },
  {
    no: '18',
    title: 'an exit before any entry does not consume',
    drives: 'decide',
    given: { list: { counting: 'once', reEntry: false } },
    steps: [
      { scan: 'T', act: 'exit', gives: 'admit' },
      { scan: 'T', gives: 'admit' },
    ],
  },
  {
    no: '18a',
    title: 'an exit that arrives late dissolves a double into two stays',
    drives: 'decide, reconcile',
    steps: [
      { scan: 'T', on: 'D1', gives: 'admit' },
      { scan: 'T', on: 'D3', act: 'exit', gives: 'admit' },
      { scan: 'T', on: 'D2', gives: 'admit' },
      { push: 'D1' },
      { push: 'D2' },
      { ruled: { slots: 1, peopleInside: 2, incidents: ['double_admission open, 2 scans'] } },
      { push: 'D3' },
      {
        ruled: {
          slots: 2,
          inviteesInside: 1,
          peopleInside: 1,
          incidents: ['double_admission dissolved, 2 scans'],
        },
      },
    ],
  },
  {
    no: '19',
    title: 'within 10 s on the same gate the notice is shown and nothing more is recorded',
    drives: 'decide',
    steps: [
      { scan: 'T', gives: 'admit' },
      { scan: 'T', afterMs: 5_000, gives: 'just_admitted', shows: { earlierGate: 'North' } },
      { scan: 'T', afterMs: 5_000, gives: 'just_admitted' },
      { scan: 'T', afterMs: 1_000, gives: 'refuse used' },
    ],
    recorded: ['admit', 'refuse used'],
  },
]

export const pushes: readonly Scenario[] = [
  {
    no: '21',
    title: 'forced though it was not needed is not forced; the second time it is',
    drives: 'decide',
    steps: [
      { scan: 'T', forced: true, gives: 'admit' },
      { scan: 'T', forced: true, gives: 'admit used, forced' },
    ],
    recorded: ['admit', 'admit used, forced'],
  },
  {
    no: '22',
    title: 'two devices admit one ticket offline: both records, one incident naming both',
    drives: 'decide, reconcile',
    steps: [
      { scan: 'T', on: 'D1', gives: 'admit' },
      { scan: 'T', on: 'D2', gives: 'admit' },
      { push: 'D2' },
      { ruled: { inviteesInside: 1, peopleInside: 1, incidents: [] } },
      { push: 'D1' },
      {
        ruled: {
          winner: 'D1',
          inviteesInside: 1,
          peopleInside: 2,
          incidents: ['double_admission open, 2 scans'],
        },
      },
    ],
    recorded: ['admit', 'admit'],
  },
  {
    no: '23',
    title: 'an unknown code is refused and recorded, forced or not',
    drives: 'decide',
    steps: [
      { scan: 'noise', forced: true, gives: 'refuse unreadable' },
      { scan: 'a forged code', forced: true, gives: 'refuse bad_signature' },
    ],
    recorded: ['refuse unreadable', 'refuse bad_signature'],
  },
  {
    no: '27',
    title: 'a scan made between push and pull of one pass counts at once',
    drives: 'decide',
    steps: [
      { push: 'D1' },
      { scan: 'T', gives: 'admit' },
      { pull: 'D1' },
      { scan: 'T', gives: 'refuse used' },
    ],
  },
]
