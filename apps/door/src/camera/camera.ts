import { Html5Qrcode } from 'html5-qrcode'
import { type CameraState, cameraOff, constraintsFor, phaseOfFailure } from './camera-state.ts'
import { createFrameGrabber } from './frame-grabber.ts'
import { useOnlyDecoder } from './only-decoder.ts'
import type { ReadCodes } from './zxing-reader.ts'

const framesPerSecond = 15
const watchEveryMs = 2_000
const stuckAfterMs = 4_000
const retryFailedEveryMs = 8_000
const firstPictureMsMax = 3_000

export interface CameraDeps {
  /** Filled by the camera's picture. */
  readonly host: HTMLElement
  readonly read: ReadCodes
  /** Called for every frame that was looked at, with the texts in it. */
  readonly onFrame: (texts: readonly string[]) => void
  /** The picture starts anew: what was in view before says nothing now. */
  readonly onRestart: () => void
  readonly onChange: (state: CameraState) => void
  /** The lens that the person chose before, or null for the one at the back. */
  readonly lens: string | null
}

export interface Camera {
  readonly tryAgain: () => void
  readonly chooseLens: (id: string) => void
  readonly setTorch: (on: boolean) => void
  /** Resolves when the camera is off. */
  readonly close: () => Promise<void>
}

interface Running {
  readonly scanner: Html5Qrcode
  readonly video: HTMLVideoElement
  readonly track: MediaStreamTrack
}

/**
 * Keeps the camera running for as long as it is open, whatever the tablet does to it (DR7).
 *
 * A track that ends, stays muted or shows the same frame for seconds is started anew, as is one
 * that the system took away in the background. Starts and stops wait for each other.
 */
export function openCamera(deps: CameraDeps): Camera {
  const grab = createFrameGrabber()
  let state = cameraOff
  let wantedLens = deps.lens
  let closed = false
  let running: Running | null = null
  let work: Promise<void> = Promise.resolve()
  let lastFrameTime = -1
  let aliveAtMs = 0
  let failedAtMs = 0

  const change = (part: Partial<CameraState>) => {
    state = { ...state, ...part }
    deps.onChange(state)
  }
  const queue = (step: () => Promise<void>) => {
    work = work.then(step).catch(() => undefined)
  }

  async function start(): Promise<void> {
    if (closed || running !== null || document.hidden) return
    if (state.phase !== 'on') change({ phase: 'asking' })
    try {
      running = await startScanner(deps, wantedLens, () => (running ? grab(running.video) : null))
      aliveAtMs = performance.now()
      running.track.addEventListener('ended', restart)
      deps.onRestart()
      change({ phase: 'on', ...(await describe(running.track)) })
    } catch (failure) {
      failedAtMs = performance.now()
      running = null
      deps.host.replaceChildren()
      // A lens that was unplugged is no reason to have no camera at all.
      if (wantedLens !== null && phaseOfFailure(failure) === 'missing') {
        wantedLens = null
        return start()
      }
      change({ ...cameraOff, phase: phaseOfFailure(failure), lenses: state.lenses })
    }
  }

  async function stop(): Promise<void> {
    const { scanner, track } = running ?? {}
    running = null
    track?.removeEventListener('ended', restart)
    track?.stop()
    // The library waits for ever where the stream has lost its tracks: do not wait with it.
    if (scanner) await Promise.race([stopScanner(scanner), wait(1_000)])
    deps.host.replaceChildren()
  }

  function restart(): void {
    queue(stop)
    queue(start)
  }

  function watch(): void {
    if (closed || document.hidden) return
    const nowMs = performance.now()
    if (running === null) {
      if (state.phase === 'failed' && nowMs - failedAtMs > retryFailedEveryMs) queue(start)
      return
    }
    const { video, track } = running
    if (video.currentTime !== lastFrameTime && !track.muted) aliveAtMs = nowMs
    lastFrameTime = video.currentTime
    if (video.paused) void video.play().catch(() => undefined)
    if (track.readyState === 'ended' || nowMs - aliveAtMs > stuckAfterMs) {
      aliveAtMs = nowMs
      restart()
    }
  }

  const watching = setInterval(watch, watchEveryMs)
  const onVisible = () => {
    if (document.hidden) return
    aliveAtMs = performance.now()
    if (running === null || running.track.readyState === 'ended') restart()
    else void running.video.play().catch(restart)
  }
  const onDevices = () => {
    if (running === null) queue(start)
  }
  document.addEventListener('visibilitychange', onVisible)
  navigator.mediaDevices?.addEventListener('devicechange', onDevices)
  queue(start)

  return {
    tryAgain: restart,
    chooseLens(id) {
      wantedLens = id
      restart()
    },
    setTorch(on) {
      const track = running?.track
      if (track === undefined || state.torch === 'none') return
      const light: Record<string, unknown> = { torch: on }
      void track
        .applyConstraints({ advanced: [light] })
        .then(() => change({ torch: on ? 'on' : 'off' }))
        .catch(() => change({ torch: 'none' }))
    },
    close() {
      closed = true
      clearInterval(watching)
      document.removeEventListener('visibilitychange', onVisible)
      navigator.mediaDevices?.removeEventListener('devicechange', onDevices)
      queue(stop)
      return work
    },
  }
}

/** The library finds its element by id, and the one before may still be closing. */
let pictures = 0

async function startScanner(
  { host, read, onFrame }: CameraDeps,
  lens: string | null,
  grab: () => ImageData | null,
): Promise<Running> {
  pictures += 1
  const box = document.createElement('div')
  box.id = `camera-picture-${pictures}`
  host.replaceChildren(box)
  const scanner = new Html5Qrcode(box.id, { useBarCodeDetectorIfSupported: false, verbose: false })
  useOnlyDecoder(scanner, async () => {
    const frame = grab()
    if (frame === null) return null
    const texts = await read(frame)
    onFrame(texts)
    return texts[0] ?? null
  })
  await scanner.start(
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
  return { scanner, video, track }
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

async function stopScanner(scanner: Html5Qrcode): Promise<void> {
  try {
    await scanner.stop()
  } catch {
    // It was not running, or its elements are gone already: there is nothing left to stop.
  }
}

async function describe(track: MediaStreamTrack): Promise<Partial<CameraState>> {
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

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
