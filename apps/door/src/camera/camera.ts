import { type CameraState, cameraOff, phaseOfFailure } from './camera-state.ts'
import {
  describeTrack,
  lightTrack,
  type Scanner,
  type ScannerDeps,
  startScanner,
} from './scanner.ts'
import { freshVitals, takeVitals } from './vitals.ts'

const watchEveryMs = 2_000
const retryFailedEveryMs = 8_000

export interface CameraDeps extends ScannerDeps {
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

/**
 * Keeps the camera running for as long as it is open, whatever the tablet does to it (DR7).
 *
 * A track that ends, stays muted or shows the same frame for seconds is started anew, as is one
 * that the system took away in the background.
 */
export function openCamera(deps: CameraDeps): Camera {
  const power = createPower(deps)

  const watching = setInterval(() => {
    if (!document.hidden) power.look()
  }, watchEveryMs)
  const onVisible = () => {
    if (!document.hidden) power.comeBack()
  }
  document.addEventListener('visibilitychange', onVisible)
  navigator.mediaDevices?.addEventListener('devicechange', power.start)
  power.start()

  return {
    tryAgain: power.restart,
    chooseLens: power.chooseLens,
    setTorch: power.setTorch,
    close() {
      clearInterval(watching)
      document.removeEventListener('visibilitychange', onVisible)
      navigator.mediaDevices?.removeEventListener('devicechange', power.start)
      return power.close()
    },
  }
}

/** Starts and stops the scanner, one step after the other, and shows how it is. */
function createPower(deps: CameraDeps) {
  let state = cameraOff
  let lens = deps.lens
  let closed = false
  let running: Scanner | null = null
  let work: Promise<void> = Promise.resolve()
  let vitals = freshVitals(0)
  let failedAtMs = 0

  const change = (part: Partial<CameraState>) => {
    state = { ...state, ...part }
    deps.onChange(state)
  }
  const queue = (step: () => Promise<void>) => {
    work = work.then(step).catch(() => undefined)
  }
  const start = () => queue(turnOn)
  const restart = () => {
    queue(turnOff)
    queue(turnOn)
  }

  async function turnOn(): Promise<void> {
    if (closed || running !== null || document.hidden) return
    if (state.phase !== 'on') change({ phase: 'asking' })
    deps.onRestart()
    try {
      running = await startScanner(deps, lens)
    } catch (failure) {
      return fail(phaseOfFailure(failure))
    }
    vitals = freshVitals(performance.now())
    running.track.addEventListener('ended', restart)
    change({ phase: 'on', ...(await describeTrack(running.track)) })
  }

  async function fail(phase: CameraState['phase']): Promise<void> {
    failedAtMs = performance.now()
    deps.host.replaceChildren()
    // A lens that was unplugged is no reason to have no camera at all.
    if (lens !== null && phase === 'missing') {
      lens = null
      return turnOn()
    }
    change({ ...cameraOff, phase, lenses: state.lenses })
  }

  async function turnOff(): Promise<void> {
    const ending = running
    running = null
    ending?.track.removeEventListener('ended', restart)
    await ending?.stop()
  }

  return {
    start,
    restart,
    chooseLens(id: string) {
      lens = id
      restart()
    },
    async setTorch(on: boolean) {
      if (running === null || state.torch === 'none') return
      const obeyed = await lightTrack(running.track, on)
      change({ torch: obeyed ? (on ? 'on' : 'off') : 'none' })
    },
    /** Starts anew what has died since the last look. */
    look() {
      const nowMs = performance.now()
      if (running === null) {
        if (state.phase === 'failed' && nowMs - failedAtMs > retryFailedEveryMs) start()
        return
      }
      const { video, track } = running
      if (video.paused) void video.play().catch(() => undefined)
      const ended = track.readyState === 'ended'
      const seen = { frameTime: video.currentTime, muted: track.muted, ended }
      const look = takeVitals(vitals, seen, nowMs)
      vitals = look.dead ? freshVitals(nowMs) : look.vitals
      if (look.dead) restart()
    },
    /** The app is in front again: the system may have taken the camera away meanwhile. */
    comeBack() {
      vitals = freshVitals(performance.now())
      if (running === null || running.track.readyState === 'ended') restart()
      else void running.video.play().catch(restart)
    },
    close() {
      closed = true
      queue(turnOff)
      return work
    },
  }
}
