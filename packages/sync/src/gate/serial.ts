/** Work that never overlaps: each piece starts when the one before it has ended, well or not. */
export interface Serial {
  readonly run: <T>(work: () => Promise<T>) => Promise<T>
}

/**
 * Scans, replies to challenges and the switch of manifests of one device go through one of these,
 * so that no contact falls between a scan's clocks and its link (TM).
 */
export function createSerial(): Serial {
  let last: Promise<unknown> = Promise.resolve()
  return {
    run(work) {
      const result = last.then(work)
      last = result.catch(() => undefined)
      return result
    },
  }
}
