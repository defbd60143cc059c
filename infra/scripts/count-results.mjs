// @ts-check

/**
 * @typedef {object} Count
 * @property {number} passed
 * @property {number} failed
 * @property {readonly string[]} faults sentences about what failed beside single tests
 */

/**
 * Counts what Vitest's JSON reporter wrote. A file that could not be loaded, a skipped test, a
 * runner that ended badly and one that ran nothing at all are failures: an empty run proves nothing.
 *
 * @param {string | null} report the reporter's file, or null where it wrote none
 * @param {number} exitCode
 * @returns {Count}
 */
export function countVitest(report, exitCode) {
  const parsed = parse(report)
  if (!parsed) return crashed('vitest', exitCode)
  let passed = 0
  let failed = 0
  const faults = []
  for (const file of parsed.testResults ?? []) {
    /** @type {readonly { status: string }[]} */
    const tests = file.assertionResults ?? []
    const skipped = tests.filter((test) => !['passed', 'failed'].includes(test.status)).length
    passed += tests.filter((test) => test.status === 'passed').length
    const failures = tests.filter((test) => test.status === 'failed').length
    failed += failures + skipped
    if (skipped > 0) faults.push(`${file.name}: ${skipped} skipped, which counts as failed`)
    if (file.status === 'failed' && failures === 0) {
      failed += 1
      faults.push(`${file.name} failed outside its tests`)
    }
  }
  return closed('vitest', exitCode, { passed, failed, faults })
}

/**
 * Counts what Playwright's JSON reporter wrote, by the same rules as `countVitest`.
 *
 * @param {string | null} report
 * @param {number} exitCode
 * @returns {Count}
 */
export function countPlaywright(report, exitCode) {
  const parsed = parse(report)
  if (!parsed) return crashed('playwright', exitCode)
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = parsed.stats ?? {}
  /** @type {readonly { message?: string }[]} */
  const errors = parsed.errors ?? []
  const faults = errors.map(
    (error) => `playwright: ${String(error.message ?? error).split('\n')[0]}`,
  )
  if (skipped > 0) faults.push(`playwright: ${skipped} skipped or not run, which counts as failed`)
  const failed = unexpected + flaky + skipped + errors.length
  return closed('playwright', exitCode, { passed: expected, failed, faults })
}

/**
 * Adds counts up.
 *
 * @param {readonly Count[]} counts
 * @returns {Count}
 */
export function addCounts(counts) {
  return {
    passed: counts.reduce((sum, count) => sum + count.passed, 0),
    failed: counts.reduce((sum, count) => sum + count.failed, 0),
    faults: counts.flatMap((count) => count.faults),
  }
}

/**
 * The count of one thing that either holds or does not, such as a static check.
 *
 * @param {boolean} ok
 * @param {string} fault
 * @returns {Count}
 */
export function countOne(ok, fault) {
  return ok ? { passed: 1, failed: 0, faults: [] } : { passed: 0, failed: 1, faults: [fault] }
}

/** @returns {Count} */
function crashed(/** @type {string} */ runner, /** @type {number} */ exitCode) {
  return countOne(false, `${runner} ended with code ${exitCode} and left no readable report`)
}

/** @returns {Count} */
function closed(
  /** @type {string} */ runner,
  /** @type {number} */ exitCode,
  /** @type {Count} */ count,
) {
  if (count.passed + count.failed === 0) return countOne(false, `${runner} ran no test`)
  if (exitCode === 0 || count.failed > 0) return count
  const fault = `${runner} ended with code ${exitCode} although no test failed`
  return { passed: count.passed, failed: 1, faults: [...count.faults, fault] }
}

/** @returns {any} */
function parse(/** @type {string | null} */ report) {
  try {
    return report === null ? null : JSON.parse(report)
  } catch {
    return null
  }
}
