import type { ListRule } from '../manifest.ts'
import type { Scenario } from './steps.ts'
import { gateId, START_MS } from './venue.ts'

const brokenRule = { kind: 'entries_total', max: 'three' } as unknown as ListRule

export const unlisted: readonly Scenario[] = [
  {
    no: '28',
    title: 'a genuine code without a row is amber, and says how old the list is',
    drives: 'decide',
    steps: [
      {
        scan: 'N',
        gives: 'attention unlisted',
        shows: { name: null, listMinutesOld: 2, tier: 'signature' },
      },
    ],
    recorded: ['attention unlisted'],
  },
  {
    no: '28',
    title: 'where the policy refuses the unlisted, nobody can confirm one',
    drives: 'decide',
    given: { policy: { unlisted: 'refuse' } },
    steps: [
      { scan: 'N', gives: 'refuse unlisted' },
      { scan: 'N', confirms: true, forced: true, gives: 'refuse unlisted' },
    ],
  },
  {
    no: '29',
    title: 'one changed character is refused',
    drives: 'decide',
    steps: [{ scan: 'a forged code', gives: 'refuse bad_signature' }],
  },
  {
    no: '30',
    title: 'admitted amber, then pulled: the row is there and the amber admission counts',
    drives: 'decide',
    steps: [
      { scan: 'N', gives: 'attention unlisted' },
      { scan: 'N', confirms: true, gives: 'admit unlisted' },
      { scan: 'N', gives: 'refuse used' },
      { central: { N: { name: 'Late Lucy' } } },
      { pull: 'D1' },
      { scan: 'N', gives: 'refuse used', shows: { name: 'Late Lucy', earlierMinutesAgo: 2 } },
      { scan: 'N', act: 'exit', gives: 'admit' },
      { scan: 'N', gives: 'admit', shows: { tier: 'replica' } },
    ],
  },
  {
    no: '31',
    title: 'a code of a retired kid is refused as such, one of a kid not held asks for a sync',
    drives: 'decide',
    steps: [
      { scan: 'a code of a retired kid', gives: 'refuse retired_key' },
      { scan: 'a code of an unknown kid', gives: 'refuse sync_needed' },
    ],
  },
  {
    no: '32',
    title: 'reprinted: the old code says whose it was and since when, the new one comes in',
    drives: 'decide',
    given: {
      tickets: {
        T: { name: 'Ada', state: 'reprinted', stateAtMs: START_MS - 4 * 60_000 },
        R: { name: 'Ada' },
      },
    },
    steps: [
      { scan: 'T', gives: 'refuse reprinted', shows: { name: 'Ada', whenMinutesAgo: 5 } },
      { scan: 'R', gives: 'admit', shows: { name: 'Ada' } },
    ],
  },
]

export const rules: readonly Scenario[] = [
  {
    no: '33',
    title: 'at most three entries: the fourth is refused in the words of the closest condition',
    drives: 'decide',
    given: {
      list: {
        counting: 'many',
        rules: [
          { kind: 'entries_total', max: 3 },
          { kind: 'minutes_since_last_entry', min: 0 },
        ],
      },
    },
    steps: [
      { scan: 'T', gives: 'admit' },
      { scan: 'T', gives: 'admit' },
      { scan: 'T', act: 'exit', gives: 'admit' },
      { scan: 'T', gives: 'admit' },
      {
        scan: 'T',
        gives: 'refuse rules',
        shows: { explanation: 'Already 3 entries in all; 3 allowed.' },
      },
    ],
  },
  {
    no: '34',
    title: 'a broken rule refuses with a reason, by force as well',
    drives: 'decide',
    given: { list: { rules: [brokenRule] } },
    steps: [
      {
        scan: 'T',
        gives: 'refuse rules',
        shows: { explanation: 'A rule of this list cannot be read here: tell the organiser.' },
      },
      { scan: 'T', forced: true, gives: 'refuse rules' },
    ],
  },
  {
    no: '35',
    title: 'the wrong gate refuses until the device stands at an allowed one',
    drives: 'decide',
    given: { list: { rules: [{ kind: 'gates', gates: [gateId('South')] }] } },
    steps: [
      { scan: 'T', gives: 'refuse rules', shows: { explanation: 'Only at South.' } },
      { move: 'D1', to: 'South' },
      { scan: 'T', gives: 'admit' },
    ],
  },
  {
    no: '36',
    title: 'a required question is asked, nothing is consumed; answered, the ticket comes in',
    drives: 'decide',
    given: { list: { question: 'Over 18?' } },
    steps: [
      { scan: 'T', gives: 'attention question', shows: { question: 'Over 18?' } },
      { scan: 'T', gives: 'attention question' },
      { scan: 'T', says: 'Yes', confirms: true, gives: 'admit' },
    ],
  },
  {
    no: '37',
    title: 'an exit asks nothing',
    drives: 'decide',
    given: {
      list: { question: 'Over 18?', unpaid: 'ask' },
      policy: { replicaAgeMsMax: 0 },
      tickets: { T: { state: 'unpaid', validUntilMs: START_MS } },
    },
    steps: [{ scan: 'T', act: 'exit', gives: 'admit' }],
  },
]
