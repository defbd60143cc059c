import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { TicketId } from '@eventpass/domain'
import { beforeAll, expect, test } from 'vitest'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'
import { event, goldenToken, masterKey, tenant } from '../testing.ts'
import { qrPng, qrSvg } from './index.ts'

const { token } = goldenToken(masterKey, {
  tenant,
  event,
  kid: 1,
  ticketId: '000102030405060708090a0b' as TicketId,
})

beforeAll(() => {
  const path = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')
  const bytes = readFileSync(path)
  const wasmBinary = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
  prepareZXingModule({ overrides: { wasmBinary: wasmBinary as ArrayBuffer } })
})

test('the PNG is a QR code of version 4 at level M that reads back as the token', async () => {
  const [code, ...more] = await readBarcodes(await qrPng(token), { formats: ['QRCode'] })
  expect(more).toEqual([])
  expect(code).toMatchObject({ text: token, version: '4', ecLevel: 'M' })
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
