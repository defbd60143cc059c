/**
 * The scenarios from the field that hang on the text of a code: text → token →
 * verdict, with real keys. The others are rows of the domain's suite.
 */
import { webcrypto } from 'node:crypto'
import {
  type DecideInput,
  type Digest,
  decide,
  type GateId,
  type InviteeNo,
  type ListId,
  type ManifestFrame,
  type ManifestTicket,
  type TicketId,
} from '@eventpass/domain'
import { beforeAll, expect, test } from 'vitest'
import { bytesFromHex } from './bytes.ts'
import { classifyToken, type HeldKeys } from './classify-token.ts'
import { eventTag } from './event-key.ts'
import { importVerifyKey } from './sign-token.ts'
import {
  event,
  type GoldenToken,
  goldenToken,
  masterKey,
  otherEvent,
  strangeEvent,
  tenant,
} from './testing.ts'

const subtle = webcrypto.subtle as SubtleCrypto
const ticketId = '000102030405060708090a0b' as TicketId
const oldKid = 1
const newKid = 2
const golden = (of: Partial<GoldenToken> = {}) =>
  goldenToken(masterKey, { tenant, event, kid: newKid, ticketId, ...of })
const T = golden()
const oldT = golden({ kid: oldKid })
const forged = T.token.slice(0, 50) + (T.token[50] === 'A' ? 'B' : 'A') + T.token.slice(51)

let held: HeldKeys
beforeAll(async () => {
  const keyOf = async ({ kid, eventKey }: GoldenToken) =>
    [kid, await importVerifyKey(subtle, bytesFromHex(eventKey))] as const
  held = {
    eventTag: await eventTag(subtle, event),
    otherTags: new Set([await eventTag(subtle, otherEvent)]),
    keys: new Map([await keyOf(T), await keyOf(oldT)]),
    retiredKids: new Set(),
  }
})

interface Row {
  readonly no: string
  readonly title: string
  readonly text: string
  readonly gives: string
  readonly forced?: true
  readonly retired?: true
}

const rows: readonly Row[] = [
  { no: '3', title: 'an ECI marker in front', text: `\\000001${T.token}`, gives: 'admit' },
  { no: '3', title: 'CR, LF and Tab behind', text: `${T.token}\t\r\n`, gives: 'admit' },
  { no: '4', title: 'random text', text: 'hello, world', gives: 'refuse unreadable' },
  { no: '9', title: 'a code equal to a ticket id', text: ticketId, gives: 'refuse unreadable' },
  { no: '9', title: 'a code equal to a row key', text: T.digest, gives: 'refuse unreadable' },
  { no: '9', title: 'a code equal to an invitee number', text: '7', gives: 'refuse unreadable' },
  {
    no: '10',
    title: 'a ticket of another event',
    text: golden({ event: otherEvent }).token,
    gives: 'refuse other_event',
  },
  {
    no: '10',
    title: 'a ticket of a stranger',
    text: golden({ event: strangeEvent }).token,
    gives: 'refuse not_ours',
  },
  {
    no: '23',
    title: 'an unknown code, forced',
    text: 'hello, world',
    forced: true,
    gives: 'refuse unreadable',
  },
  {
    no: '23',
    title: 'a forged code, forced',
    text: forged,
    forced: true,
    gives: 'refuse bad_signature',
  },
  {
    no: '28',
    title: 'a right MAC without a row',
    text: golden({ ticketId: 'ffffffffffffffffffffffff' as TicketId }).token,
    gives: 'attention unlisted',
  },
  { no: '29', title: 'one character changed', text: forged, gives: 'refuse bad_signature' },
  { no: '31', title: 'an old kid beside the new one', text: oldT.token, gives: 'admit' },
  { no: '31', title: 'the new kid beside the old one', text: T.token, gives: 'admit' },
  {
    no: '31',
    title: 'the old kid after its retirement',
    text: oldT.token,
    retired: true,
    gives: 'refuse retired_key',
  },
  {
    no: '31',
    title: 'the new kid after the retirement of the old one',
    text: T.token,
    retired: true,
    gives: 'admit',
  },
]

test.each(rows)('$no $title (token, decide)', async ({ text, gives, forced, retired }) => {
  const retiredKids = new Set(retired ? [oldKid] : [])
  const token = await classifyToken(subtle, text, { ...held, retiredKids })
  const ticket = [T, oldT].find(({ digest }) => digest === token.digest)
  const verdict = decide({
    ...plainInput,
    token,
    ticket: ticket ? { ...aRow, digest: ticket.digest as Digest } : null,
    force: forced ? { pinOk: true, note: 'He says he is on the list' } : null,
  })
  expect([verdict.kind, verdict.reason].join(' ').trim()).toBe(gives)
})

const aRow: Omit<ManifestTicket, 'digest'> = {
  invitee: 7 as InviteeNo,
  name: 'Ada Lovelace',
  category: null,
  state: 'valid',
  stateAtMs: null,
  blocked: false,
  validFromMs: null,
  validUntilMs: null,
  party: null,
  notice: null,
}

const list = 'list' as ListId
const frame: ManifestFrame = {
  eventName: 'Summer party',
  categories: [],
  lists: [
    {
      id: list,
      name: 'Main',
      counting: 'once',
      reEntry: false,
      categories: null,
      unpaid: 'refuse',
      rules: [],
      question: null,
    },
  ],
  gates: [],
  policy: {
    unlisted: 'steward',
    byName: 'steward',
    replicaAgeMsMax: null,
    timeZone: 'Europe/Berlin',
  },
}

const plainInput: Omit<DecideInput, 'token' | 'ticket' | 'force'> = {
  uses: [],
  frame,
  list,
  gate: 'gate' as GateId,
  role: 'steward',
  act: 'entry',
  answer: null,
  answering: null,
  voucher: null,
  secondPerson: false,
  justHere: null,
  now: null,
  tier: 'replica',
  replicaAgeMs: null,
  revision: 1,
}
