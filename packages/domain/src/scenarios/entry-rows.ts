import type { Scenario } from './steps.ts'
import { START_MS } from './venue.ts'

export const validity: readonly Scenario[] = [
  {
    no: '1',
    title: 'a valid ticket, scanned offline, comes in with name, category and text for staff',
    drives: 'decide',
    given: { tickets: { T: { name: 'Ada', category: 1, notice: 'Lift on the left' } } },
    steps: [
      {
        scan: 'T',
        gives: 'admit',
        shows: { name: 'Ada', category: 'VIP', notice: 'Lift on the left', tier: 'replica' },
      },
    ],
    recorded: ['admit'],
  },
  {
    no: '2',
    title: 'a list for one category refuses another',
    drives: 'decide',
    given: { list: { categories: [1] }, tickets: { T: { category: 1 }, G: { category: 0 } } },
    steps: [
      { scan: 'T', gives: 'admit' },
      { scan: 'G', gives: 'refuse wrong_list', shows: { explanation: 'Only for VIP.' } },
    ],
  },
  {
    no: '4',
    title: 'unknown random text is refused: one refused scan, no admission',
    drives: 'decide',
    steps: [{ scan: 'noise', gives: 'refuse unreadable', shows: { name: null } }],
    recorded: ['refuse unreadable'],
  },
  {
    no: '5',
    title: 'a cancelled ticket is refused',
    drives: 'decide',
    given: { tickets: { T: { state: 'cancelled', stateAtMs: START_MS } } },
    steps: [{ scan: 'T', gives: 'refuse cancelled', shows: { whenMinutesAgo: 1 } }],
  },
  {
    no: '6',
    title: 'an unpaid ticket asks where the list lets a person confirm',
    drives: 'decide',
    given: { list: { unpaid: 'ask' }, tickets: { T: { state: 'unpaid' } } },
    steps: [
      { scan: 'T', gives: 'attention unpaid' },
      { scan: 'T', confirms: true, gives: 'admit unpaid' },
      { scan: 'T', gives: 'refuse used' },
    ],
    recorded: ['attention unpaid', 'admit unpaid', 'refuse used'],
  },
  {
    no: '6',
    title: 'an unpaid ticket is refused where it does not, confirmed or not',
    drives: 'decide',
    given: { tickets: { T: { state: 'unpaid' } } },
    steps: [
      { scan: 'T', gives: 'refuse unpaid' },
      { scan: 'T', confirms: true, gives: 'refuse unpaid' },
    ],
  },
  {
    no: '7',
    title: 'a blocked ticket is refused both ways, and comes in once a delta unblocks it',
    drives: 'decide',
    given: { tickets: { T: { blocked: true } } },
    steps: [
      { scan: 'T', gives: 'refuse blocked' },
      { scan: 'T', act: 'exit', gives: 'refuse blocked' },
      { central: { T: { blocked: false } } },
      { scan: 'T', gives: 'refuse blocked' },
      { pull: 'D1' },
      { scan: 'T', gives: 'admit' },
    ],
  },
  {
    no: '8',
    title: 'a second before it is valid a ticket is refused, then it comes in',
    drives: 'decide',
    given: { tickets: { T: { validFromMs: START_MS + 61_000 } } },
    steps: [
      { scan: 'T', afterMs: 60_000, gives: 'refuse outside_window' },
      { scan: 'T', afterMs: 1_100, gives: 'admit' },
    ],
  },
  {
    no: '8',
    title: 'at the end of its validity a ticket comes in, a second later it does not',
    drives: 'decide',
    given: {
      tickets: { T: { validUntilMs: START_MS + 60_500 }, U: { validUntilMs: START_MS + 60_500 } },
    },
    steps: [
      { scan: 'T', afterMs: 60_000, gives: 'admit' },
      { scan: 'U', afterMs: 1_000, gives: 'refuse outside_window' },
    ],
  },
  {
    no: '8',
    title: 'an exit outside of the window stands',
    drives: 'decide',
    given: { tickets: { T: { validUntilMs: START_MS + 90_000 } } },
    steps: [
      { scan: 'T', gives: 'admit' },
      { scan: 'T', act: 'exit', afterMs: 3_600_000, gives: 'admit' },
    ],
  },
  {
    no: '9',
    title: 'a code equal to a database id is refused',
    drives: 'decide',
    steps: [{ scan: 'a database id', gives: 'refuse unreadable' }],
  },
  {
    no: '10',
    title: 'a ticket of another event is named as such, and nothing of that event is shown',
    drives: 'decide',
    steps: [
      {
        scan: 'a code of another event',
        gives: 'refuse other_event',
        shows: { name: null, category: null, notice: null, explanation: null },
      },
    ],
  },
]
