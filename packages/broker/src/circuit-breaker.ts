/** Faults in a row after which a service is left alone for a while. */
const faultsMax = 3
const restMsMin = 500
const restMsMax = 15_000

/** Leaves a service alone that keeps failing, longer and longer, and tries it with one call after each rest. */
export interface CircuitBreaker {
  /** True where the service may be asked now. */
  readonly isClosed: () => boolean
  readonly succeeded: () => void
  readonly failed: () => void
}

/** `now` in monotonic ms. */
export function createCircuitBreaker(now: () => number): CircuitBreaker {
  let faults = 0
  let opensAgainMs = Number.NEGATIVE_INFINITY
  return {
    isClosed() {
      if (now() < opensAgainMs) return false
      // Of those that find it rested one goes ahead: until it is back the others keep off.
      if (faults >= faultsMax) opensAgainMs = now() + restMsMin
      return true
    },
    succeeded() {
      faults = 0
      opensAgainMs = Number.NEGATIVE_INFINITY
    },
    failed() {
      faults += 1
      if (faults < faultsMax) return
      opensAgainMs = now() + Math.min(restMsMax, restMsMin * 2 ** (faults - faultsMax))
    },
  }
}
