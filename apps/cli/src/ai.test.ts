/**
 * Goal: `eventpass ai …` answers as a person and as a program expect, with the right exit code.
 * Method: the real commands in this process, on a small plan and with a clock set by hand; and the
 * real program in processes of its own where starting and ending matter.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import {
  byHand,
  checks,
  createClock,
  createProject,
  migration,
  type TestClock,
  type TestProject,
} from '@eventpass/plan/testing'
import { expect, test } from 'vitest'
import { registerAi } from './ai.ts'
import { runCli } from './run-cli.ts'
import type { Surroundings } from './surroundings.ts'

interface Heard {
  readonly code: number
  readonly out: string
  readonly err: string
}

interface Setting {
  readonly clock?: TestClock
  readonly isTty?: boolean
  readonly columns?: number
  readonly env?: Surroundings['env']
}

/** Runs one command line in this process, with waits that move the clock instead. */
async function eventpass(
  project: TestProject,
  line: string,
  setting: Setting = {},
): Promise<Heard> {
  const { clock = createClock(), isTty = false, columns = 80, env = {} } = setting
  let code = 0
  let out = ''
  let err = ''
  const surroundings: Surroundings = {
    env: { PATH: process.env.PATH, ...env },
    cwd: project.root,
    userName: 'ada',
    stdout: {
      isTty,
      columns,
      write: (text) => {
        out += text
      },
    },
    stderr: {
      isTty,
      columns,
      write: (text) => {
        err += text
      },
    },
    nowMs: () => clock.ms,
    pause: async (ms) => {
      clock.ms += ms
    },
    signal: new AbortController().signal,
    exitWith: (given) => {
      code = given
    },
  }
  await runCli({ ai: async () => registerAi }, ['ai', ...wordsOf(line)], surroundings)
  return { code, out, err }
}

/** Words by spaces; what stands in double quotes is one word. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')

/** What a person sees; the clock is ours, so nothing of it differs from one run to the next. */
const seen = ({ code, out, err }: Heard): string =>
  [`exit ${code}`, out, ...(err === '' ? [] : ['stderr:', err])].join('\n')

const quick = { error_handling: { retry_limit: 1, retry_backoff_seconds: 3 } }
const phases = {
  '0': { '0.1': checks('a'), '0.2': checks('b') },
  '1': { '1.1': migration, '1.2': byHand },
}

async function begun(rules: Parameters<typeof createProject>[0] = quick): Promise<TestProject> {
  const project = createProject(rules, phases)
  await eventpass(project, 'start')
  return project
}

const make = (project: TestProject, ...names: string[]): void => {
  for (const name of names) project.write(name, 'made')
}

test('[PL20] each command as a person sees it, from the start to the summary', async () => {
  const project = createProject(quick, phases)
  const clock = createClock()
  make(project, 'a')
  for (const line of [
    'status',
    'start',
    'start',
    'status',
    'progress',
    'next',
    'run-step 0.1',
    'run',
    'status',
    'next',
    'run',
  ]) {
    expect(seen(await eventpass(project, line, { clock })), line).toMatchSnapshot(line)
    clock.ms += 60_000
  }
  make(project, 'b', 'migrated')
  for (const line of [
    'resume',
    'status',
    'confirm 1.1',
    'confirm 1.2',
    'confirm 1.2 --by Grace --reason "saw it on two tablets"',
    'status',
    'next',
    'progress',
    'report',
    'learn',
    'verify',
  ]) {
    expect(seen(await eventpass(project, line, { clock })), line).toMatchSnapshot(line)
    clock.ms += 60_000
  }
  project.remove('b')
  for (const line of ['verify', 'status']) {
    expect(seen(await eventpass(project, line, { clock })), line).toMatchSnapshot(line)
  }
})

test('[PL20] each command answers a program with one JSON object, whatever it does', async () => {
  const project = createProject(quick, phases)
  make(project, 'a')
  const answers: [string, number, unknown][] = []
  for (const line of [
    'status',
    'start',
    'status',
    'progress',
    'next',
    'confirm 1.2 --reason seen',
    'run-step 0.1',
    'run',
    'run-step 0.2',
    'resume',
    'report',
    'learn',
    'verify',
    'run-step 7.7',
    'confirm',
    'run-stp 0.1',
  ]) {
    const { code, out } = await eventpass(project, `${line} --json`)
    expect(out.trimEnd().split('\n').length, line).toBe(1)
    const { ok, error, stopped } = JSON.parse(out)
    expect(ok, line).toBe(code === 0)
    answers.push([line, code, error?.kind ?? stopped ?? null])
  }
  expect(answers).toEqual([
    ['status', 1, 'not_started'],
    ['start', 0, null],
    ['status', 0, null],
    ['progress', 0, null],
    ['next', 0, null],
    ['confirm 1.2 --reason seen', 3, 'earlier_phase_open'],
    ['run-step 0.1', 0, null],
    ['run', 2, 'error'],
    ['run-step 0.2', 2, 'paused'],
    ['resume', 2, 'error'],
    ['report', 0, null],
    ['learn', 0, null],
    ['verify', 0, null],
    ['run-step 7.7', 1, 'unknown_step'],
    ['confirm', 1, 'wrong_words'],
    ['run-stp 0.1', 1, 'wrong_words'],
  ])
})

test('[PL20] with --json what a proof prints goes to stderr, and the answer says it all', async () => {
  const project = createProject(quick, {
    '0': { '0.1': { ...checks('a'), proof: { by: 'check', command: 'test -f a && echo found' } } },
  })
  await eventpass(project, 'start')
  make(project, 'a')
  const { out, err } = await eventpass(project, 'run-step 0.1 --json')
  expect(err).toContain('found\n')
  expect(JSON.parse(out)).toMatchObject({
    ok: true,
    passed: true,
    step: { id: '0.1', status: 'done' },
    run: { exitCode: 0, outputTail: 'found', commit: null },
  })
})

test.each([
  ['stat', 1, 'Did you mean'],
  ['status --jsn', 1, 'Did you mean'],
  ['confirm', 1, "missing required argument 'id'"],
  ['run-step 0.11', 1, 'There is no step "0.11".\nDid you mean 0.1?'],
  ['run-step 1.2', 1, '1.2 is a manual step'],
  ['confirm 0.1 --reason "it works for me"', 3, "nobody's word stands in for it"],
  ['confirm 1.2 --reason seen', 3, 'phase 0 (Phase 0) is not complete'],
  ['run-step 0.1 --force', 3, 'The rules do not allow to force'],
  ['confirm learn-0.1-retry_limit', 1, 'There is no proposal'],
  ['status --root /nowhere', 1, '/nowhere/plan/ai-rules.json is missing'],
])('[PL20] `ai %s` ends with %i and says %j', async (line, code, words) => {
  const heard = await eventpass(await begun(), line)
  expect(heard.code).toBe(code)
  expect(heard.err).toContain(words)
})

test.each([
  ['nonsense', 'PLAN_DATABASE_URL is no address of a Postgres.'],
  ['postgres://postgres@127.0.0.1:1/plan', 'cannot be used: connect ECONNREFUSED 127.0.0.1:1'],
])('[PL23] with the table at %s it says what is wrong, and no stack', async (url, words) => {
  const heard = await eventpass(await begun(), 'status', { env: { PLAN_DATABASE_URL: url } })
  expect([heard.code, heard.out]).toEqual([1, ''])
  expect(heard.err).toContain(words)
  expect(heard.err).not.toContain(' at ')
})

test('[PL20] help is there for the group and for each command, with the exit codes', async () => {
  const project = await begun()
  const help = await eventpass(project, '--help')
  expect(help.code).toBe(0)
  expect(help.out).toMatchSnapshot()
  for (const name of 'start status progress next confirm run-step run resume report verify learn'.split(
    ' ',
  )) {
    const { code, out } = await eventpass(project, `${name} --help`)
    expect([name, code]).toEqual([name, 0])
    expect(out).toContain('--json')
    expect(out).toContain('Exit codes:')
  }
})

test('[PL20] a probe says what holds and ends well, though steps are open', async () => {
  const project = await begun()
  make(project, 'b', 'migrated')
  const { code, out } = await eventpass(project, 'run --probe')
  expect(code).toBe(0)
  expect(out).toContain('2 of 3 proofs passed.')
  const status = await eventpass(project, 'status')
  expect(status.out).toContain('1 proven early')
})

test('[PL4] a broken file is told with its place, and a mended one before the answer', async () => {
  const project = await begun()
  project.remove('.eventpass')
  const mended = await eventpass(project, 'status')
  expect(mended.code).toBe(0)
  expect(mended.err).toBe('Mended: The table was missing; rebuilt it from plan/plan-memory.json.\n')
  project.write('plan/ai-rules.json', '{\n  "version": 1\n}')
  const broken = await eventpass(project, 'status')
  expect(broken.code).toBe(1)
  expect(broken.err).toContain('plan/ai-rules.json:2: version: expected "1.0", found 1')
})

test('[PL22] show_progress governs the lines between what proofs print', async () => {
  const lines = async (shown: boolean) => {
    const project = createProject(
      { ...quick, cli_behavior: { show_progress: shown } },
      { '0': { '0.1': { ...checks('a'), proof: { by: 'check', command: 'ls a' } } } },
    )
    await eventpass(project, 'start')
    return (await eventpass(project, 'run-step 0.1')).out
  }
  const [loud, quiet] = [await lines(true), await lines(false)]
  expect(loud).toContain('▶ 0.1 Make a · attempt 2 of 2')
  expect(loud).toContain('trying again in 3 s')
  expect(quiet).not.toContain('▶')
  expect(quiet).not.toContain('trying again')
  for (const out of [loud, quiet]) {
    expect(out.match(/No such file/g)?.length).toBe(2)
    expect(out).toContain('0.1 Make a failed with exit code')
  }
})

test('[PL21] the screen is coloured on a terminal, and plain elsewhere or with NO_COLOR', async () => {
  const project = await begun()
  const coloured = await eventpass(project, 'status', { isTty: true })
  const plain = await eventpass(project, 'status')
  const refused = await eventpass(project, 'status', { isTty: true, env: { NO_COLOR: '1' } })
  expect(coloured.out).not.toBe(plain.out)
  expect(stripVTControlCharacters(coloured.out)).toBe(plain.out)
  expect(refused.out).toBe(plain.out)
})

/** A copy of what this repository plans, with nothing done yet. */
function copyOfOurPlan(): string {
  const root = mkdtempSync(join(tmpdir(), 'eventpass-plan-'))
  mkdirSync(join(root, 'plan'))
  for (const name of ['ai-rules.json', 'plan-template.json']) {
    copyFileSync(join(repository, 'plan', name), join(root, 'plan', name))
  }
  return root
}

const repository = join(import.meta.dirname, '../../..')
const program = join(repository, 'apps/cli/bin/eventpass.mjs')
const runProgram = (...words: string[]) =>
  spawnSync(process.execPath, [program, 'ai', ...words], { encoding: 'utf8' })

test('[PL20] the plan of this repository can be begun, and begun again changes nothing', () => {
  const root = copyOfOurPlan()
  const first = runProgram('start', '--root', root, '--json')
  expect([first.status, first.stderr]).toEqual([0, ''])
  expect(JSON.parse(first.stdout)).toMatchObject({ began: true, phases: 10, steps: 41 })
  const memory = () => readFileSync(join(root, 'plan/plan-memory.json'), 'utf8')
  const before = memory()
  expect(JSON.parse(runProgram('start', '--root', root, '--json').stdout).began).toBe(false)
  expect(memory()).toBe(before)
})

/** Says on stderr which modules a process loads. */
const tellModules = `data:text/javascript,${encodeURIComponent(`
  import { register } from 'node:module'
  register('data:text/javascript,' + encodeURIComponent(
    'export function load(url, context, next) { process._rawDebug(url); return next(url, context) }'
  ))`)}`

test('[PL21] status starts from what is translated already, and waits for nothing that it does not use', () => {
  const root = copyOfOurPlan()
  runProgram('start', '--root', root)
  const words = ['--import', tellModules, program, 'ai', 'status', '--root', root]
  const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' })
  expect(stdout).toContain('0 of 41 steps done')
  const loaded = stderr.split('\n').filter((line) => line.startsWith('file:'))
  expect(loaded.some((url) => url.includes('drizzle-orm'))).toBe(true)
  const heavy = /node_modules\/(?:esbuild|tsx|postgres|ioredis|@trpc|fastify|playwright)|\.ts$/
  expect(loaded.filter((url) => heavy.test(url))).toEqual([])
})

test('[PL20] Ctrl-C ends a proof, leaves its step pending and the code 130', async () => {
  const project = createProject(quick, {
    '0': { '0.1': { ...checks('a'), proof: { by: 'check', command: 'touch begun; sleep 60' } } },
  })
  await eventpass(project, 'start')
  const words = [program, 'ai', 'run', '--root', project.root, '--json']
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = once(child, 'exit')
  await expect.poll(() => project.exists('begun'), { timeout: 30_000 }).toBe(true)

  const other = await eventpass(project, 'run --json')
  expect([other.code, JSON.parse(other.out).error.kind]).toEqual([4, 'busy'])

  child.kill('SIGINT')
  expect(await ended).toEqual([130, null])
  const { out } = await eventpass(project, 'status --json')
  expect(JSON.parse(out).steps[0].status).toBe('pending')
})

test('[PL12] after a kill -9 of a worker the plan says so, and goes on where it was', async () => {
  const project = createProject(quick, {
    '0': {
      '0.1': {
        ...checks('a'),
        proof: { by: 'check', command: 'test -f a || { touch begun; sleep 60; }' },
      },
    },
  })
  await eventpass(project, 'start')
  const words = [program, 'ai', 'run', '--root', project.root]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'ignore'] })
  const ended = once(child, 'exit')
  await expect.poll(() => project.exists('begun'), { timeout: 30_000 }).toBe(true)
  child.kill('SIGKILL')
  await ended

  expect((await eventpass(project, 'status')).out).toContain('0.1 Make a is running')
  make(project, 'a')
  const resumed = await eventpass(project, 'resume')
  expect(resumed.out).toContain('Resuming: 0.1 was cut off.')
  expect(resumed.code).toBe(0)
})
