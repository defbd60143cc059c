/** One camera that the person may choose. */
interface Lens {
  readonly id: string
  readonly label: string
}

/** What the screen shows of the camera. */
export interface CameraState {
  /**
   * `asking`: the browser asks the person, or the camera warms up. `blocked`: it was refused.
   * `missing`: there is none. `failed`: it is there and does not start; tried again by itself.
   */
  readonly phase: 'off' | 'asking' | 'on' | 'blocked' | 'missing' | 'failed'
  readonly lenses: readonly Lens[]
  /** The lens in use, or null before it is known. */
  readonly lens: string | null
  /** `none`: this lens has no light. */
  readonly torch: 'none' | 'off' | 'on'
}

export const cameraOff: CameraState = { phase: 'off', lenses: [], lens: null, torch: 'none' }

/** Sorts a failed start by the DOMException that getUserMedia names (W3C Media Capture §10). */
export function phaseOfFailure(failure: unknown): CameraState['phase'] {
  const text = String(failure)
  if (/NotAllowedError|SecurityError|Permission/i.test(text)) return 'blocked'
  if (/NotFoundError|OverconstrainedError|not supported/i.test(text)) return 'missing'
  return 'failed'
}

/** What the camera is asked for: enough pixels for a code at arm's length, few enough for speed. */
export function constraintsFor(lens: string | null): MediaTrackConstraints {
  return {
    ...(lens === null ? { facingMode: { ideal: 'environment' } } : { deviceId: { exact: lens } }),
    width: { ideal: 1280 },
    height: { ideal: 720 },
    frameRate: { ideal: 30 },
  }
}
