import { describe, expect, test } from 'vitest'
import { addCounts, countOne, countPlaywright, countVitest } from './count-results.mjs'

const vitest = (...files: { status: string; tests: string[] }[]) =>
  JSON.stringify({
    testResults: files.map(({ status, tests }, at) => ({
      name: `file-${at}.test.ts`,
      status,
      assertionResults: tests.map((test) => ({ status: test })),
    })),
  })

describe('counting what a runner reports', () => {
  test('single tests are counted over all files', () => {
    const report = vitest(
      { status: 'passed', tests: ['passed', 'passed'] },
      { status: 'failed', tests: ['passed', 'failed'] },
    )
    expect(countVitest(report, 1)).toEqual({ passed: 3, failed: 1, faults: [] })
  })

  test('a skipped test counts as failed, by either runner', () => {
    const report = vitest({ status: 'passed', tests: ['passed', 'skipped', 'todo'] })
    expect(countVitest(report, 0)).toMatchObject({ passed: 1, failed: 2 })

    const stats = { expected: 4, unexpected: 0, flaky: 1, skipped: 2 }
    expect(countPlaywright(JSON.stringify({ stats }), 0)).toMatchObject({ passed: 4, failed: 3 })
  })

  test('a file that cannot be loaded counts as one failure', () => {
    const report = vitest({ status: 'passed', tests: ['passed'] }, { status: 'failed', tests: [] })
    expect(countVitest(report, 1)).toMatchObject({ passed: 1, failed: 1 })
  })

  test('a runner that ran nothing has failed', () => {
    expect(countVitest(JSON.stringify({ testResults: [] }), 0)).toMatchObject({
      passed: 0,
      failed: 1,
    })
    const stats = { expected: 0, unexpected: 0, flaky: 0, skipped: 0 }
    expect(countPlaywright(JSON.stringify({ stats }), 0)).toMatchObject({ passed: 0, failed: 1 })
  })

  test('a runner that left no report, or half of one, has failed', () => {
    for (const report of [null, '', '{"testResults":[']) {
      expect(countVitest(report, 139)).toMatchObject({ passed: 0, failed: 1 })
      expect(countPlaywright(report, 1)).toMatchObject({ passed: 0, failed: 1 })
    }
  })

  test('a bad exit without a failed test is a failure of its own', () => {
    const report = vitest({ status: 'passed', tests: ['passed'] })
    expect(countVitest(report, 1)).toMatchObject({ passed: 1, failed: 1 })
    const playwright = { stats: { expected: 2 }, errors: [{ message: 'no such file\nat …' }] }
    expect(countPlaywright(JSON.stringify(playwright), 1)).toEqual({
      passed: 2,
      failed: 1,
      faults: ['playwright: no such file'],
    })
  })

  test('counts add up and keep what they have to say', () => {
    const counts = [countOne(true, 'never said'), countOne(false, 'said'), countVitest(null, 2)]
    const { passed, failed, faults } = addCounts(counts)
    expect({ passed, failed }).toEqual({ passed: 1, failed: 2 })
    expect(faults).toHaveLength(2)
  })
})
