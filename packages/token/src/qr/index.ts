import { assert } from '@eventpass/domain'
import {
  type QRCodeRenderersOptions,
  type QRCodeSegment,
  toBuffer,
  toString as toText,
} from 'qrcode'
import { cleanToken } from '../clean-token.ts'
import { decodeToken } from '../token.ts'

/** Version 4 at level M: the smallest that holds a token, and the level that survives a cracked screen. */
const shape = {
  version: 4,
  errorCorrectionLevel: 'M',
  margin: 4,
} as const satisfies QRCodeRenderersOptions

/** A PNG of the token's QR code, 41 modules wide with its quiet zone. */
export function qrPng(token: string, pixelsPerModule = 8): Promise<Uint8Array> {
  return toBuffer(segments(token), { ...shape, type: 'png', scale: pixelsPerModule })
}

/** The same as an SVG document, for print at any size. */
export function qrSvg(token: string): Promise<string> {
  return toText(segments(token), { ...shape, type: 'svg' })
}

/** Alphanumeric mode is forced: in byte mode a token would need version 6. */
function segments(token: string): QRCodeSegment[] {
  assert(decodeToken(token).ok, 'only a token is printed')
  return [{ data: cleanToken(token), mode: 'alphanumeric' }]
}
