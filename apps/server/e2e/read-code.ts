import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'

/** The text of the one QR code in a PNG, as a camera reads it. */
export async function readCode(png: Uint8Array): Promise<string | undefined> {
  const path = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')
  const bytes = readFileSync(path)
  const wasmBinary = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
  prepareZXingModule({ overrides: { wasmBinary: wasmBinary as ArrayBuffer } })
  const codes = await readBarcodes(new Uint8Array(png), { formats: ['QRCode'] })
  return codes.length === 1 ? codes[0]?.text : undefined
}
