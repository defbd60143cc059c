import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { prepareZXingModule, type ReadResult, readBarcodes } from 'zxing-wasm/reader'

/** Every QR code in a PNG, as the door's camera reads them: by the same decoder. */
export async function readCodes(png: Uint8Array): Promise<readonly ReadResult[]> {
  const path = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')
  prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(readFileSync(path)).buffer } })
  return readBarcodes(new Uint8Array(png), { formats: ['QRCode'] })
}
