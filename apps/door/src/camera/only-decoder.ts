import type { Html5Qrcode } from 'html5-qrcode'

/** Decodes what is in view now; null where there is no code. */
export type DecodeFrame = () => Promise<string | null>

const field = 'qrcode'

/**
 * Makes one decoder the only one of an html5-qrcode scanner (DR5).
 *
 * html5-qrcode 2.3.8 keeps its decoder in a private field and, with a BarcodeDetector, gives every
 * second frame to a ZXing of its own that reads half as many damaged codes. There is no option
 * against that, so the field is replaced. The library's camera and frame loop stay in use.
 * Throws where the field is gone: the library changed, and this file must change with it.
 */
export function useOnlyDecoder(scanner: Html5Qrcode, decode: DecodeFrame): void {
  if (!(field in scanner)) throw new Error('html5-qrcode no longer keeps its decoder in "qrcode".')
  const decodeAsync = async () => {
    const text = await decode()
    if (text === null) throw new Error('No code in view.')
    return { text, format: undefined, debugData: { decoderName: 'zxing-wasm' } }
  }
  Reflect.set(scanner, field, { decodeAsync, decodeRobustlyAsync: decodeAsync })
}
