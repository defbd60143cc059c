import { Html5Qrcode } from 'html5-qrcode'
import { type CameraState, constraintsFor } from './camera-state.ts'
import { createFrameGrabber } from './frame-grabber.ts'
import { useOnlyDecoder } from './only-decoder.ts'
import type { ReadCodes } from './zxing-reader.ts'

const framesPerSecond = 15
const firstPictureMsMax = 3_000
const stopMsMax = 1_000

/** A camera that runs, with its frames being decoded. */
export interface Scanner {
  readonly video: HTMLVideoElement
  readonly track: MediaStreamTrack
  readonly stop: () => Promise<void>
}

export interface ScannerDeps {
  /** Filled by the camera's picture. */
  readonly host: HTMLElement
  readonly read: ReadCodes
  /** Called for every frame that was looked at, with the texts in it. */
  readonly onFrame: (texts: readonly string[]) => void
}

/** The library finds its element by id, and the one before may still be closing. */
let pictures = 0

/** Starts a lens (null: the one at the back) and decodes its frames until it is stopped. */
export async function startScanner(
  { host, read, onFrame }: ScannerDeps,
  lens: string | null,
): Promise<Scanner> {
  pictures += 1
  const box = document.createElement('div')
  box.id = `camera-picture-${pictures}`
  host.replaceChildren(box)
  const grab = createFrameGrabber()
  const library = new Html5Qrcode(box.id, { useBarCodeDetectorIfSupported: false, verbose: false })
  useOnlyDecoder(library, async () => {
    const video = box.querySelector('video')
    const frame = video && grab(video)
    if (frame === null) return null
    const texts = await read(frame)
    onFrame(texts)
    return texts[0] ?? null
  })
  await library.start(
    { facingMode: 'environment' },
    { fps: framesPerSecond, disableFlip: true, videoConstraints: constraintsFor(lens) },
    () => undefined,
    () => undefined,
  )
  const video = box.querySelector('video')
  const stream = video?.srcObject
  const track = stream instanceof MediaStream ? stream.getVideoTracks()[0] : undefined
  if (video === null || track === undefined) throw new Error('The camera gave no picture.')
  // The library fixes the width in pixels, which a turned tablet would outgrow.
  video.style.width = ''
  await pictureOf(video)
  return { video, track, stop: () => stopScanner(library, track, box) }
}

/** What the person may choose on this track; asks a lens that can to focus by itself. */
export async function describeTrack(track: MediaStreamTrack): Promise<Partial<CameraState>> {
  const able: Record<string, unknown> = { ...track.getCapabilities?.() }
  const devices = await navigator.mediaDevices.enumerateDevices()
  const lenses = devices.filter((device) => device.kind === 'videoinput')
  if (Array.isArray(able.focusMode) && able.focusMode.includes('continuous')) {
    const focus: Record<string, unknown> = { focusMode: 'continuous' }
    await track.applyConstraints({ advanced: [focus] }).catch(() => undefined)
  }
  return {
    lens: track.getSettings().deviceId ?? null,
    lenses: lenses.map((lens, n) => ({
      id: lens.deviceId,
      label: lens.label || `Camera ${n + 1}`,
    })),
    torch: able.torch === true ? 'off' : 'none',
  }
}

/** Turns the light of a track on or off; false where it does not obey. */
export async function lightTrack(track: MediaStreamTrack, on: boolean): Promise<boolean> {
  const light: Record<string, unknown> = { torch: on }
  return track.applyConstraints({ advanced: [light] }).then(
    () => true,
    () => false,
  )
}

/**
 * Resolves when the first picture is there, or after a while without.
 *
 * A video that is taken away before its `play` has come to an end makes the library throw.
 */
function pictureOf(video: HTMLVideoElement): Promise<unknown> {
  if (!video.paused && video.readyState >= video.HAVE_CURRENT_DATA) return Promise.resolve()
  const playing = new Promise((resolve) => {
    video.addEventListener('playing', resolve, { once: true })
  })
  return Promise.race([playing, wait(firstPictureMsMax)])
}

async function stopScanner(
  library: Html5Qrcode,
  track: MediaStreamTrack,
  box: HTMLElement,
): Promise<void> {
  track.stop()
  // The library throws where it does not run, and waits for ever where the stream has lost its
  // tracks: neither is a reason to keep the camera.
  const stopping = Promise.resolve().then(() => library.stop())
  await Promise.race([stopping.catch(() => undefined), wait(stopMsMax)])
  box.remove()
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
