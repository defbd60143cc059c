/**
 * Goal: the tracker's files say what they should, and faults in them are found where they are.
 * Method: the files of this repository, and small ones with one thing wrong.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { definitionOf } from './fold-plan.ts'
import { readLearned } from './learned-file.ts'
import { parseMirror } from './mirror-file.ts'
import { createPlanFiles } from './plan-files.ts'
import { weaknessOfProof } from './proof-weakness.ts'
import { parseRules } from './rules-file.ts'
import { parseTemplate } from './template-file.ts'
import { byHand, checks, createProject, rulesShape, templateText, value } from './testing.ts'

const planFolder = join(import.meta.dirname, '..')
const own = (name: string): string => readFileSync(join(planFolder, name), 'utf8')

test('[PL1] the rules of this repository are those of the plan, with paths in plan/', () => {
  expect(JSON.parse(own('ai-rules.json'))).toEqual(rulesShape)
  expect(parseRules(own('ai-rules.json')).ok).toBe(true)
})

test('[PL1] the template of this repository holds every phase and step of the plan', () => {
  const template = value(parseTemplate(own('plan-template.json'), 'plan/plan-template.json'))
  const stepsByPhase = template.phases.map(({ steps }) => steps.map(({ id }) => id))
  expect(stepsByPhase.map((ids) => ids.length)).toEqual([6, 4, 4, 4, 4, 4, 4, 4, 4, 3])
  expect(stepsByPhase).toEqual(
    stepsByPhase.map((ids, phase) => ids.map((_, at) => `${phase}.${at + 1}`)),
  )
  expect(template.phases[6]?.title).toBe('High-Concurrency Workers & LibSQL Fallback')
})

test('[PL1] the memory of this repository can be read and is whole', () => {
  const memory = value(parseMirror(own('plan-memory.json'), 'plan/plan-memory.json'))
  expect(memory.intact).toBe(true)
})

test('[PL17] the memory of this repository is of the template of this repository', () => {
  const template = value(parseTemplate(own('plan-template.json'), 'plan/plan-template.json'))
  const { plan } = value(parseMirror(own('plan-memory.json'), 'plan/plan-memory.json'))
  expect(definitionOf(plan)).toEqual(template)
})

test('[PL2] every proof of this repository runs a script or a file that is there, or names tests', () => {
  const root = join(planFolder, '..')
  const scripts = Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts)
  const { phases } = value(parseTemplate(own('plan-template.json'), 'plan/plan-template.json'))
  for (const { id, proof } of phases.flatMap(({ steps }) => steps)) {
    for (const part of proof?.command.split(' && ') ?? []) {
      const [program, what = ''] = part.split(' ')
      const there = program === 'pnpm' ? scripts.includes(what) : existsSync(join(root, what))
      expect([id, part, there]).toEqual([id, part, true])
    }
  }
})

test('[PL1] faults of rules come all at once, each with line, path and what was expected', () => {
  const text = JSON.stringify(
    {
      ...rulesShape,
      version: '2.0',
      memory_file: '../elsewhere.json',
      error_handling: { ...rulesShape.error_handling, retry_limit: -1, on_persistent_error: 'cry' },
      surprise: true,
    },
    null,
    2,
  )
  const read = parseRules(text)
  expect(read.ok ? '' : read.failure.message).toBe(
    [
      'plan/ai-rules.json:2: version: expected "1.0", found "2.0"',
      'plan/ai-rules.json:3: memory_file: expected a path inside the project, found "../elsewhere.json"',
      'plan/ai-rules.json:22: error_handling.retry_limit: expected at least 0, found -1',
      'plan/ai-rules.json:24: error_handling.on_persistent_error: expected "pause_and_notify" or "stop", found "cry"',
      'plan/ai-rules.json:35: surprise: expected no such key',
    ].join('\n'),
  )
})

test('[PL1] a step without a proof, with one too many, or in a wrong phase is a fault of the template', () => {
  const text = templateText({
    '0': { '0.1': { ...checks('a'), proof: undefined }, '1.7': checks('b') },
    '1': { '1.1': { ...byHand, proof: checks('c').proof } },
  })
  const read = parseTemplate(text, 'plan/plan-template.json')
  expect(read.ok ? '' : read.failure.message).toContain(
    'expected a proof, since the step is scripted',
  )
  expect(read.ok ? '' : read.failure.message).toContain('expected no proof: a manual step')
})

test('[PL1] learned rules that are no such rules are a fault with its line', async () => {
  const project = createProject()
  project.write(
    'plan/learned-rules.json',
    '{\n  "version": "1.0",\n  "applied": 3,\n  "proposed": []\n}',
  )
  const read = await readLearned(createPlanFiles(project.root))
  expect(read.ok ? '' : read.failure.message).toBe(
    'plan/learned-rules.json:3: applied: expected array, found 3',
  )
})

test.each([
  'echo done',
  'true',
  ' : ',
  'exit 0',
  'node check.mjs || true',
  'node check.mjs; exit 0',
  'node apps/cli/bin/eventpass.mjs ai status',
  'eventpass ai verify',
  'pnpm ai:verify',
  'pnpm run ai:status',
  'npm test',
  'pnpm test',
  'pnpm run test:unit',
  'node infra/scripts/test.mjs',
  'pnpm run test:unit --reporter=dot',
  'true && echo done',
  'pnpm test:unit plan/src && pnpm test:unit',
  'pnpm exec vitest run',
  'pnpm exec vitest run --config packages/tooling/vitest.config.ts',
])('[PL2] %j proves nothing and is refused', (command) => {
  expect(weaknessOfProof(command)).not.toBeNull()
  const text = templateText({ '0': { '0.1': { ...checks('a'), proof: { by: 'check', command } } } })
  expect(parseTemplate(text, 'plan/plan-template.json').ok).toBe(false)
})

test.each([
  'node infra/scripts/check-routes.mjs /health',
  'pnpm test:unit infra',
  'pnpm test:unit packages/broker/src -t "rate limit" && pnpm test:unit infra -t "nginx"',
  'pnpm run check:layers',
  'pnpm exec vitest run --config packages/tooling/vitest.config.ts packages/token/src',
  'pnpm exec vitest run --config packages/tooling/vitest.config.ts -t "TK1"',
  'test -f README.md',
])('[PL2] %j may prove something', (command) => {
  expect(weaknessOfProof(command)).toBeNull()
})
