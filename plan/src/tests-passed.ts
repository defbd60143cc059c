/** The summaries of the runners in use, each with the number of tests that passed. */
const summaries = [
  /** Vitest: `Tests  3 passed | 10 skipped (13)` */
  /^\s*Tests\s+(?:\d+ failed \| )?(\d+) passed\b/m,
  /** Node's own runner: `# pass 3` or `ℹ pass 3` */
  /^(?:#|ℹ) pass (\d+)$/m,
  /** Playwright: `  3 passed (1.2s)` */
  /^\s+(\d+) passed \([\d.]+m?s\)$/m,
]

/** How many tests a runner says have passed; null where its summary is not found. */
export function testsPassed(output: string): number | null {
  for (const summary of summaries) {
    const found = summary.exec(output)?.[1]
    if (found !== undefined) return Number(found)
  }
  return null
}
