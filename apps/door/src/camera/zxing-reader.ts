import { BarcodeDetector, prepareZXingModule } from 'barcode-detector/ponyfill'

/** Reads the QR codes of one picture: their texts, the largest first; empty where there is none. */
export type ReadCodes = (picture: ImageData) => Promise<readonly string[]>

/**
 * The one decoder of the door (DR5): zxing-wasm through the `barcode-detector` package.
 *
 * The wasm is served by the door itself and belongs to the very zxing-wasm that the package
 * brings: another build fails on every frame without a word. A browser's own BarcodeDetector is
 * not used, so that all tablets read alike.
 */
export function createZxingReader(wasmUrl: string): ReadCodes {
  prepareZXingModule({
    overrides: {
      locateFile: (path: string, prefix: string) =>
        path.endsWith('.wasm') ? wasmUrl : prefix + path,
    },
  })
  const detector = new BarcodeDetector({ formats: ['qr_code'] })
  return async (picture) => {
    const codes = await detector.detect(picture)
    return codes
      .map((code) => ({
        text: code.rawValue,
        area: code.boundingBox.width * code.boundingBox.height,
      }))
      .sort((a, b) => b.area - a.area)
      .map((code) => code.text)
  }
}
