/**
 * Goal: nothing but a MAC by the event's own key makes a code genuine.
 * Method: real keys of a small world of two events and two tenants; every other
 * text is made from a good token by one change, or out of nothing.
 */
import { webcrypto } from 'node:crypto'
import type { EventId, TenantId, TicketId } from '@eventpass/domain'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { bytesFromHex } from './bytes.ts'
import { classifyToken, type HeldKeys } from './classify-token.ts'
import { cleanToken } from './clean-token.ts'
import { eventTag } from './event-key.ts'
import { importVerifyKey } from './sign-token.ts'
import {
  anyTicketId,
  event,
  goldenToken,
  masterKey,
  otherEvent,
  strangeEvent,
  tenant,
} from './testing.ts'
import { decodeToken, encodeToken } from './token.ts'

const subtle = webcrypto.subtle as SubtleCrypto
const ticketId = '000102030405060708090a0b' as TicketId
const strangeTenant = 'ffffffff-ffff-4fff-bfff-ffffffffffff' as TenantId
const oldKid = 1
const newKid = 2
let held: HeldKeys

function golden(
  of: { event?: EventId; kid?: number; tenant?: TenantId; ticketId?: TicketId } = {},
) {
  return goldenToken(masterKey, { tenant, event, kid: newKid, ticketId, ...of })
}

const classify = (text: string, keys: Partial<HeldKeys> = {}) =>
  classifyToken(subtle, text, { ...held, ...keys })

beforeAll(async () => {
  const keyOf = (kid: number) => importVerifyKey(subtle, bytesFromHex(golden({ kid }).eventKey))
  held = {
    eventTag: await eventTag(subtle, event),
    otherTags: new Set([await eventTag(subtle, otherEvent)]),
    keys: new Map([
      [oldKid, await keyOf(oldKid)],
      [newKid, await keyOf(newKid)],
    ]),
    retiredKids: new Set(),
  }
})

test('[TK1] a good token is genuine and tells its ticket', async () => {
  const { token, digest } = golden()
  expect(await classify(token)).toEqual({ kind: 'genuine', digest, kid: newKid, ticketId })
})

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789$%*+-./: abcxyzıéſ\\]'
const anyLetter = fc.constantFrom(...letters)
const anyEdit = fc.oneof(
  fc.record({ how: fc.constant('change' as const), at: fc.nat(81), letter: anyLetter }),
  fc.record({ how: fc.constant('remove' as const), at: fc.nat(81), letter: fc.constant('') }),
  fc.record({ how: fc.constant('add' as const), at: fc.nat(82), letter: anyLetter }),
)

function edit(token: string, { how, at, letter }: { how: string; at: number; letter: string }) {
  return token.slice(0, at) + letter + token.slice(how === 'add' ? at : at + 1)
}

test('[TK1] any single changed, removed or added character is refused', async () => {
  await fc.assert(
    fc.asyncProperty(anyTicketId, anyEdit, async (id, change) => {
      const { token } = golden({ ticketId: id })
      const edited = edit(token, change)
      fc.pre(cleanToken(edited) !== token)
      expect((await classify(edited)).kind).not.toBe('genuine')
    }),
    { numRuns: 300 },
  )
})

test('[TK1] every place of one token is tried with every letter of base32', async () => {
  const { token } = golden()
  const kinds = new Set<string>()
  for (let at = 3; at < token.length; at += 1) {
    for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567') {
      if (letter !== token[at]) {
        const facts = await classify(token.slice(0, at) + letter + token.slice(at + 1))
        kinds.add(facts.kind)
      }
    }
  }
  expect([...kinds].sort()).toEqual(['bad_signature', 'not_ours', 'sync_needed', 'unreadable'])
})

test('[TK1] any random text is refused, and so is any random body in the form of a token', async () => {
  const body = fc.uint8Array({ minLength: 44, maxLength: 44 }).map((bytes) => {
    const hex = Buffer.from(bytes).toString('hex')
    const claims = {
      kid: newKid,
      eventTag: golden().eventTag,
      ticketId: hex.slice(0, 24) as TicketId,
    }
    return encodeToken(claims, bytes.slice(12))
  })
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), body), async (text) => {
      expect((await classify(text)).kind).not.toBe('genuine')
    }),
    { numRuns: 300 },
  )
})

test('[TK1] a MAC by the key of another kid, event or tenant is refused', async () => {
  const { mac } = golden({ kid: oldKid })
  const kidSwapped = encodeToken(golden(), bytesFromHex(mac))
  expect((await classify(kidSwapped)).kind).toBe('bad_signature')
  const eventSwapped = encodeToken(golden(), bytesFromHex(golden({ event: otherEvent }).mac))
  expect((await classify(eventSwapped)).kind).toBe('bad_signature')
  const tenantSwapped = golden({ tenant: strangeTenant }).token
  expect((await classify(tenantSwapped)).kind).toBe('bad_signature')
})

test('[TK2] another version prefix is unreadable, whatever follows', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('EP0', 'EP2', 'EP9', 'EQ1', 'NONE', ''), async (prefix) => {
      const facts = await classify(prefix + golden().token.slice(3))
      expect(facts).toEqual({ kind: 'unreadable', digest: null })
    }),
  )
})

test('[TK2] no kid but the one that is signed for chooses a key', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(255), async (kid) => {
      fc.pre(kid !== newKid)
      const token = encodeToken({ ...golden(), kid }, bytesFromHex(golden().mac))
      const expected = kid === oldKid ? 'bad_signature' : 'sync_needed'
      expect((await classify(token)).kind).toBe(expected)
    }),
  )
})

test('[TK3] another event of the tenant is named, a stranger is not ours, and no ticket is told', async () => {
  const known = golden({ event: otherEvent })
  expect(await classify(known.token)).toEqual({ kind: 'other_event', digest: known.digest })
  const strange = golden({ event: strangeEvent })
  expect(await classify(strange.token)).toEqual({ kind: 'not_ours', digest: strange.digest })
})

test('[TK4] two kids verify at once', async () => {
  expect((await classify(golden({ kid: oldKid }).token)).kind).toBe('genuine')
  expect((await classify(golden({ kid: newKid }).token)).kind).toBe('genuine')
})

test('[TK4] a retired kid is refused as such, even while its key is still held', async () => {
  const { token, digest } = golden({ kid: oldKid })
  const facts = await classify(token, { retiredKids: new Set([oldKid]) })
  expect(facts).toEqual({ kind: 'retired_key', digest })
})

test('[TK4] a kid that is not held asks for a sync, never for trust', async () => {
  const { token, digest } = golden({ kid: 9 })
  expect(await classify(token)).toEqual({ kind: 'sync_needed', digest })
})

test('[TK4] each of the seven other settings of the spare bits is refused', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const { token } = golden()
  const last = alphabet.indexOf(token.slice(-1))
  const texts = Array.from({ length: 7 }, (_, at) => token.slice(0, -1) + alphabet[last + at + 1])
  for (const text of texts) {
    expect(decodeToken(text)).toEqual({ ok: false, failure: { kind: 'spare_bits' } })
  }
})

test('[TK4] a device without any event key says that it has verified nothing', async () => {
  const { token, digest } = golden()
  const facts = await classify(token, { keys: null })
  expect(facts).toEqual({ kind: 'unverified', digest, kid: newKid, ticketId })
  const forged = edit(token, { how: 'change', at: 60, letter: token[60] === 'A' ? 'B' : 'A' })
  expect((await classify(forged, { keys: null })).digest).not.toBe(digest)
})

test('[TK6] a token is a function of event, kid and ticket alone, and a reprint is a new ticket', async () => {
  await fc.assert(
    fc.asyncProperty(anyTicketId, anyTicketId, async (first, second) => {
      fc.pre(first !== second)
      expect(golden({ ticketId: first }).token).toBe(golden({ ticketId: first }).token)
      const [before, after] = [golden({ ticketId: first }), golden({ ticketId: second })]
      expect(after.token).not.toBe(before.token)
      expect((await classify(after.token)).digest).not.toBe((await classify(before.token)).digest)
    }),
    { numRuns: 20 },
  )
})
