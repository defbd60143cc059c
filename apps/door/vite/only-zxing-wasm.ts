import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { ZXING_WASM_SHA256 } from 'barcode-detector/ponyfill'
import type { Plugin } from 'vite'

const wasmType = 'application/wasm'
const noZxingJs = '\0no-zxing-js'

/**
 * Gives the door one decoder and nothing else (DR5).
 *
 * The wasm is taken from the zxing-wasm that lies inside barcode-detector, checked by its hash, and
 * served by the door as `__ZXING_WASM_URL__`; html5-qrcode's own ZXing is left out of the bundle.
 */
export function onlyZxingWasm(): Plugin {
  const wasm = readFileSync(wasmPath())
  const sha256 = createHash('sha256').update(wasm).digest('hex')
  if (sha256 !== ZXING_WASM_SHA256) {
    throw new Error(`zxing_reader.wasm is not the one of barcode-detector: ${sha256}.`)
  }
  const fileName = `assets/zxing-reader-${sha256.slice(0, 8)}.wasm`
  let base = '/'
  return {
    name: 'only-zxing-wasm',
    enforce: 'pre',
    config: (config) => {
      base = config.base ?? '/'
      return { define: { __ZXING_WASM_URL__: JSON.stringify(base + fileName) } }
    },
    resolveId(source, importer) {
      const ours = importer?.includes('html5-qrcode') && /zxing-html5-qrcode-decoder/.test(source)
      return ours ? noZxingJs : null
    },
    load(id) {
      return id === noZxingJs ? 'export class ZXingHtml5QrcodeDecoder {}' : null
    },
    configureServer(server) {
      server.middlewares.use(base + fileName, (_, response) => {
        response.setHeader('content-type', wasmType).end(wasm)
      })
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName, source: wasm })
    },
  }
}

/** zxing-wasm is no dependency of ours: it is found from where barcode-detector stands. */
function wasmPath(): string {
  const fromHere = createRequire(import.meta.url)
  const fromDetector = createRequire(fromHere.resolve('barcode-detector'))
  return fromDetector.resolve('zxing-wasm/reader/zxing_reader.wasm')
}
