import type { TicketId } from '@eventpass/domain'
import { readCodes } from '@eventpass/tooling/read-codes'
import { expect, test } from 'vitest'
import { event, goldenToken, masterKey, tenant } from '../testing.ts'
import { qrPng, qrSvg } from './index.ts'

const { token } = goldenToken(masterKey, {
  tenant,
  event,
  kid: 1,
  ticketId: '000102030405060708090a0b' as TicketId,
})

test('the PNG is a QR code of version 4 at level M that reads back as the token', async () => {
  const codes = await readCodes(await qrPng(token))
  expect(codes).toMatchObject([{ text: token, version: '4', ecLevel: 'M' }])
})

test('the SVG has the same 33 modules and a quiet zone of four', async () => {
  const svg = await qrSvg(token)
  expect(svg).toContain('viewBox="0 0 41 41"')
})

test('what was typed in lower case is printed as the token is written', async () => {
  expect(await qrSvg(token.toLowerCase())).toBe(await qrSvg(token))
})

test('nothing but a token is printed', () => {
  expect(() => qrPng('hello')).toThrow('only a token is printed')
})
