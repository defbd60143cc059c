/** Longest that a slice should hold the worker, so that no scan waits for a search or a sum. */
export const sliceMsMax = 10
const rowsPerSliceMin = 200
const rowsPerSliceMax = 200_000
const rowsPerSliceFirst = 2_000

/**
 * Runs work over many rows in slices of at most about `sliceMsMax`, and lets waiting messages in
 * between (RP6). `work` handles up to `rows` rows and tells whether more are left.
 */
export async function inSlices(
  work: (rows: number) => Promise<boolean>,
  now: () => number = () => performance.now(),
): Promise<void> {
  let rows = rowsPerSliceFirst
  for (;;) {
    const start = now()
    if (!(await work(rows))) return
    const took = Math.max(now() - start, 0.05)
    // Aims at half the longest and grows by at most two, since the next slice may be dearer.
    const wanted = rows * Math.min(2, sliceMsMax / 2 / took)
    rows = Math.round(Math.min(rowsPerSliceMax, Math.max(rowsPerSliceMin, wanted)))
    await letMessagesIn()
  }
}

/** Waits for one turn of the event loop. A timer would wait 4 ms from its fifth nesting on. */
function letMessagesIn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}
