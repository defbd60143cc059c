/** The summaries of the runners in use, each with the number of tests that passed, if any did. */
const summaries = [
  /** Vitest: `Tests  3 passed | 10 skipped (13)`, or `Tests  13 skipped (13)` */
  /^[^\S\n]*Tests\s+(?:\d+ failed \| )?(?:(\d+) passed|\d+ \w+)\b.*$/gm,
  /** Node's own runner: `# pass 3` or `ℹ pass 3` */
  /^(?:#|ℹ) pass (\d+)$/gm,
  /** Playwright: `  3 passed (1.2s)` */
  /^\s+(\d+) passed \([\d.]+m?s\)$/gm,
]

/**
 * How many tests a command says have passed; null where no runner's summary is found. Where it
 * runs several selections, one in which nothing passed makes the answer 0: each has to prove its part.
 */
export function testsPassed(output: string): number | null {
  const counts = summaries.flatMap((summary) =>
    [...output.matchAll(summary)].map(([, passed]) => Number(passed ?? 0)),
  )
  if (counts.length === 0) return null
  return counts.includes(0) ? 0 : counts.reduce((sum, count) => sum + count, 0)
}
