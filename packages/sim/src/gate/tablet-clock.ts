import type { Clock } from '@eventpass/sync'
import type { Random } from '../kernel/random.ts'
import type { VirtualTime } from '../kernel/virtual-time.ts'

/** How a tablet's clocks are wrong. */
export interface ClockPlan {
  /** Up to ±180: quartz, and below what the rules allow for. */
  readonly monoPpm: number
  readonly wallPpm: number
  /** From seconds to decades. */
  readonly wallOffsetMs: number
  /** `wall` and `mono` tell whatever they like, as a tampered tablet would. */
  readonly lies: 'none' | 'wall' | 'mono'
}

/** The true times at which a pair of readings was shown: more than one where both clocks show whole ms. */
export interface TrueTime {
  readonly fromMs: number
  readonly untilMs: number
}

/** The clocks of one tablet, and what is true of every reading. */
export interface TabletClock {
  /** A new life of the worker: monotonic time begins anew. */
  readonly start: () => LifeClock
  /** A tablet that lies does so from here on: it was paired by somebody who looked at it. */
  readonly beginToLie: () => void
  readonly stepWall: (byMs: number) => void
  readonly fallAsleep: () => void
  readonly wake: () => void
}

export interface LifeClock extends Clock {
  readonly trueTimeOf: (monoMs: number, wallMs: number) => TrueTime | null
}

export function createTabletClock(time: VirtualTime, plan: ClockPlan, random: Random): TabletClock {
  const bornMs = time.nowMs()
  let offsetMs = plan.wallOffsetMs
  let asleepMs = 0
  let fellAsleepAtMs: number | null = null
  let lies: ClockPlan['lies'] = 'none'
  const slept = () => asleepMs + (fellAsleepAtMs === null ? 0 : time.nowMs() - fellAsleepAtMs)
  const wallMs = () => {
    const nowMs = time.nowMs()
    const lie = lies === 'wall' ? random.int(-86_400_000, 86_400_000) : 0
    return nowMs + (nowMs - bornMs) * plan.wallPpm * 1e-6 + offsetMs + lie
  }

  return {
    beginToLie() {
      lies = plan.lies
    },
    stepWall(byMs) {
      offsetMs += byMs
    },
    fallAsleep() {
      fellAsleepAtMs ??= time.nowMs()
    },
    wake() {
      asleepMs = slept()
      fellAsleepAtMs = null
    },
    start() {
      const startedAtMs = time.nowMs()
      const sleptBefore = slept()
      const baseMs = random.int(0, 5_000)
      const readings = new Map<string, TrueTime>()
      let lastMono = 0
      let jumpMs = 0
      const monoMs = () => {
        const awakeMs = time.nowMs() - startedAtMs - (slept() - sleptBefore)
        if (lies === 'mono' && random.chance(0.02)) jumpMs += random.int(-60_000, 60_000)
        lastMono = Math.max(0, baseMs + awakeMs * (1 + plan.monoPpm * 1e-6) + jumpMs)
        return lastMono
      }
      return {
        monoMs,
        wallMs() {
          // Scans and contacts read the monotonic clock and then this one, at one moment.
          const wall = wallMs()
          const name = `${Math.floor(lastMono)}/${Math.floor(wall)}`
          const known = readings.get(name)
          const nowMs = time.nowMs()
          readings.set(name, { fromMs: known?.fromMs ?? nowMs, untilMs: nowMs })
          return wall
        },
        trueTimeOf: (mono, wall) => readings.get(`${mono}/${wall}`) ?? null,
      }
    },
  }
}
