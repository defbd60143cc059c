/** A picture that has not moved for this long is stuck. */
export const stuckAfterMs = 4_000

/** When the picture last moved. */
export interface Vitals {
  readonly frameTime: number
  readonly aliveAtMs: number
}

/** What is seen of a running camera. */
export interface Picture {
  /** The video's own time, which moves with each frame. */
  readonly frameTime: number
  readonly muted: boolean
  readonly ended: boolean
}

/** A camera that was just started or looked at anew: nothing before this moment counts. */
export function freshVitals(nowMs: number): Vitals {
  return { frameTime: -1, aliveAtMs: nowMs }
}

/** Takes a look at a camera and says whether it has to be started anew (DR7). */
export function takeVitals(
  vitals: Vitals,
  { frameTime, muted, ended }: Picture,
  nowMs: number,
): { readonly vitals: Vitals; readonly dead: boolean } {
  const moved = frameTime !== vitals.frameTime && !muted
  const aliveAtMs = moved ? nowMs : vitals.aliveAtMs
  return { vitals: { frameTime, aliveAtMs }, dead: ended || nowMs - aliveAtMs > stuckAfterMs }
}
