/**
 * Goal: whoever writes EP1 tokens a second time has data to check against, and
 * this code agrees with it to the bit.
 * Method: vectors made by Node's crypto are kept as a file; both are held to it.
 */

import { webcrypto } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { bytesFromHex, hexFromBytes } from './bytes.ts'
import { cleanToken } from './clean-token.ts'
import { deriveEventKey, deriveTenantKey, eventTag } from './event-key.ts'
import {
  digestToken,
  importSigningKey,
  importVerifyKey,
  signToken,
  verifyToken,
} from './sign-token.ts'
import { type GoldenToken, goldenToken } from './testing.ts'
import { decodeToken, encodeToken } from './token.ts'

interface Golden {
  readonly masterKey: string
  readonly vectors: readonly GoldenToken[]
  readonly tolerated: readonly { why: string; text: string; token: string }[]
  readonly refused: readonly { why: string; text: string; kind: string }[]
}

const path = new URL('../fixtures/tokens.json', import.meta.url)
const golden: Golden = JSON.parse(readFileSync(path, 'utf8'))
const subtle = webcrypto.subtle as SubtleCrypto

test.each(golden.vectors)('Node makes the golden token of kid $kid, ticket $ticketId', (vector) => {
  const { tenant, event, kid, ticketId } = vector
  expect(goldenToken(golden.masterKey, { tenant, event, kid, ticketId })).toEqual(vector)
})

test.each(golden.vectors)(
  '[TK2] keys, MAC, text and digest are the golden ones of kid $kid, ticket $ticketId',
  async (vector) => {
    const { tenant, event, kid, ticketId } = vector
    const tenantKey = await deriveTenantKey(subtle, bytesFromHex(golden.masterKey), tenant)
    const eventKey = await deriveEventKey(subtle, tenantKey, tenant, event, kid)
    const tag = await eventTag(subtle, event)
    const claims = { kid, eventTag: tag, ticketId }
    const token = await signToken(subtle, await importSigningKey(subtle, eventKey), claims)

    expect(hexFromBytes(tenantKey)).toBe(vector.tenantKey)
    expect(hexFromBytes(eventKey)).toBe(vector.eventKey)
    expect(tag).toBe(vector.eventTag)
    expect(token).toBe(vector.token)
    expect(token).toHaveLength(82)
  },
)

test.each(golden.vectors)(
  'the golden token of ticket $ticketId decodes and verifies',
  async (vector) => {
    const decoded = decodeToken(vector.token)
    if (!decoded.ok) throw new Error(decoded.failure.kind)
    const { kid, eventTag: tag, ticketId, mac, signed, bytes } = decoded.value

    expect({ kid, eventTag: tag, ticketId }).toEqual({
      kid: vector.kid,
      eventTag: vector.eventTag,
      ticketId: vector.ticketId,
    })
    expect(hexFromBytes(signed)).toBe(vector.signed)
    expect(hexFromBytes(mac)).toBe(vector.mac)
    expect(encodeToken(decoded.value, mac)).toBe(vector.token)
    expect(await digestToken(subtle, bytes)).toBe(vector.digest)
    const key = await importVerifyKey(subtle, bytesFromHex(vector.eventKey))
    expect(await verifyToken(subtle, key, decoded.value)).toBe(true)
  },
)

test.each(golden.tolerated)('[TK5] tolerated: $why', ({ text, token }) => {
  expect(cleanToken(text)).toBe(token)
  expect(decodeToken(text).ok).toBe(true)
})

test.each(golden.refused)('[TK1] refused: $why', ({ text, kind }) => {
  expect(decodeToken(text)).toEqual({ ok: false, failure: { kind } })
})
