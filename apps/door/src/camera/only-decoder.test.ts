import { Html5Qrcode } from 'html5-qrcode'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useOnlyDecoder } from './only-decoder.ts'

/**
 * Goal: every frame goes to our decoder and none to the one that html5-qrcode brings.
 * Method: the real scanner class, asked frame by frame; both decoders count their calls.
 */
let detectorCalls = 0

beforeEach(() => {
  detectorCalls = 0
  const detector = class {
    detect() {
      detectorCalls += 1
      return Promise.resolve([])
    }
  }
  vi.stubGlobal('document', { getElementById: () => ({}) })
  vi.stubGlobal('window', { BarcodeDetector: detector })
  vi.stubGlobal('BarcodeDetector', detector)
})

afterEach(() => vi.unstubAllGlobals())

function newScanner(): Html5Qrcode {
  return new Html5Qrcode('camera', { useBarCodeDetectorIfSupported: true, verbose: false })
}

async function decodeFrames(scanner: Html5Qrcode, frames: number): Promise<void> {
  const decoder: { decodeAsync: (canvas: unknown) => Promise<unknown> } = Reflect.get(
    scanner,
    'qrcode',
  )
  const canvas = { width: 4, height: 4, getContext: () => null }
  for (let frame = 0; frame < frames; frame += 1) {
    await decoder.decodeAsync(canvas).catch(() => null)
  }
}

test('[DR5] left alone, html5-qrcode gives every second frame to its own ZXing', async () => {
  await decodeFrames(newScanner(), 40)
  expect(detectorCalls).toBe(20)
})

test('[DR5] with one decoder set, it sees every frame and the library decodes none', async () => {
  const scanner = newScanner()
  let calls = 0
  useOnlyDecoder(scanner, () => {
    calls += 1
    return Promise.resolve(calls % 3 === 0 ? 'text' : null)
  })
  await decodeFrames(scanner, 40)
  expect(calls).toBe(40)
  expect(detectorCalls).toBe(0)
})

test('[DR5] a scanner that keeps its decoder elsewhere is refused loudly', () => {
  const changed = Object.create(null) as Html5Qrcode
  expect(() => useOnlyDecoder(changed, () => Promise.resolve(null))).toThrow('no longer keeps')
})
