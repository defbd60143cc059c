/**
 * Goal: a proof's command is run for real, and what it says is neither believed too easily nor lost.
 * Method: small shell commands, and a git checkout made for the purpose.
 */
import { execFileSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { readGitState } from './git-state.ts'
import type { Proof } from './plan.ts'
import { outputTailCharactersMax, outputTailLinesMax, type ProofRequest, prove } from './prove.ts'
import { createProject } from './testing.ts'
import { testsPassed } from './tests-passed.ts'

const root = createProject().root

function run(command: string, by: Proof['by'] = 'check', more: Partial<ProofRequest> = {}) {
  return prove({
    proof: { by, command, testsMin: by === 'tests' ? 1 : 0 },
    root,
    environment: { PATH: process.env.PATH },
    timeLimitSeconds: 30,
    onOutput: () => {},
    signal: new AbortController().signal,
    nowMs: Date.now,
    ...more,
  })
}

test('[PL15] exit code, duration and both streams are recorded', async () => {
  const heard: string[] = []
  const onOutput = (text: string) => void heard.push(text)
  const result = await run('echo out; echo err >&2; exit 3', 'check', { onOutput })
  expect(result).toMatchObject({ outcome: 'failed', exitCode: 3, tests: null })
  expect(result.outputTail.split('\n').sort()).toEqual(['err', 'out'])
  expect(heard.join('')).toContain('out\n')
  expect(result.durationMs).toBeGreaterThanOrEqual(0)
})

test('[PL15] the command runs in the root, and the tail names no folder of this machine', async () => {
  const result = await run('pwd')
  expect(result).toMatchObject({ outcome: 'passed', outputTail: '.' })
})

test('[PL15] of a long output the end is kept, without colours', async () => {
  const result = await run('seq 1 5000; printf "\\033[31mred\\033[0m\\n"; seq 1 3')
  expect(result.outputTail.split('\n').length).toBe(outputTailLinesMax)
  expect(result.outputTail.endsWith('5000\nred\n1\n2\n3')).toBe(true)
  const wide = await run('head -c 100000 /dev/zero | tr "\\0" x')
  expect(wide.outputTail.length).toBe(outputTailCharactersMax)
})

test('[PL15] a selection in which no test ran proves nothing, though it ended well', async () => {
  expect(await run('echo "      Tests  2 skipped (2)"', 'tests')).toMatchObject({
    outcome: 'no_tests',
    tests: 0,
  })
  expect(await run('echo "      Tests  2 passed (2)"', 'tests')).toMatchObject({
    outcome: 'passed',
    tests: 2,
  })
  const proof = { by: 'tests', command: 'echo "      Tests  2 passed (2)"', testsMin: 3 } as const
  expect(await run('', 'tests', { proof })).toMatchObject({ outcome: 'no_tests', tests: 2 })
})

test.each([
  ['      Tests  3 passed | 10 skipped (13)', 3],
  ['      Tests  1 failed | 3 passed (4)', 3],
  ['      Tests  2 skipped (2)', 0],
  ['      Tests  1 failed (1)', 0],
  ['Tests  3 passed (3)\n…\n Tests  2 passed | 1 skipped (3)', 5],
  ['Tests  3 passed (3)\n…\n Tests  2 skipped (2)', 0],
  ['# pass 12', 12],
  ['  5 passed (1.2s)', 5],
  ['  5 passed (300ms)', 5],
  ['No test files found, exiting with code 1', null],
  ['I passed 4 tests', null],
])('[PL15] of %j the number of tests is %s', (output, count) => {
  expect(testsPassed(output)).toBe(count)
})

test('[PL15] a proof over its time limit is ended with all that it started', async () => {
  const { writeFile } = await import('node:fs/promises')
  await writeFile(`${root}/slow.sh`, 'sleep 60 & echo $! > child.pid; wait')
  const result = await run('sh slow.sh', 'check', { timeLimitSeconds: 0.3 })
  expect(result).toMatchObject({ outcome: 'timed_out', exitCode: null })
  const { readFile } = await import('node:fs/promises')
  const pid = Number(await readFile(`${root}/child.pid`, 'utf8'))
  for (let waited = 0; isAlive(pid) && waited < 100; waited++) await sleep(20)
  expect(isAlive(pid)).toBe(false)
})

test('[PL15] Ctrl-C ends a proof, also one that is about to start', async () => {
  const ctrlC = new AbortController()
  const running = run('sleep 60', 'check', { signal: ctrlC.signal })
  ctrlC.abort()
  expect(await running).toMatchObject({ outcome: 'interrupted' })
  expect(await run('sleep 60', 'check', { signal: ctrlC.signal })).toMatchObject({
    outcome: 'interrupted',
  })
})

test('[PL15] the commit is named, and the tree is dirty by anything but the tracker itself', async () => {
  const project = createProject()
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...words], {
      cwd: project.root,
      encoding: 'utf8',
    })
  expect(await readGitState(project.root)).toEqual({ commit: null, dirty: true })
  git('init', '-q')
  git('add', '-A')
  git('commit', '-qm', 'Begin')
  const commit = git('rev-parse', 'HEAD').trim()
  project.write('plan/plan-memory.json', 'changed by the tracker')
  expect(await readGitState(project.root)).toEqual({ commit, dirty: false })
  project.write('code.ts', 'changed by a person')
  expect(await readGitState(project.root)).toEqual({ commit, dirty: true })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
