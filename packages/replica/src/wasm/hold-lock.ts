/**
 * Takes a lock of the origin until this worker ends; false where another holds it for longer
 * than `waitMs`.
 */
export function holdLock(name: string, waitMs: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const forever = () => {
      resolve(true)
      return new Promise<never>(() => {})
    }
    navigator.locks
      .request(name, { signal: AbortSignal.timeout(waitMs) }, forever)
      .catch((error: unknown) => {
        const waited = error instanceof Error && /^(Timeout|Abort)Error$/.test(error.name)
        if (waited) resolve(false)
        else reject(error)
      })
  })
}
